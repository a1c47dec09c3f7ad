// What a deployment asks before steps begin: its checks of the outside with their last answer, and how the preflight of each
// step stands.

import { Button } from '@patternfly/react-core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, data } from '../../api/client';
import { useMay } from '../../api/session';
import type { DeploymentCheck, DeploymentStep } from '../../api/types';
import { messages } from '../../messages';
import { Dialog } from '../../parts/Dialog';
import { Section } from '../../parts/Facts';
import { MarkText, When } from '../../parts/MarkText';
import { ProblemNote } from '../../parts/ProblemNote';
import { LIVE_MS } from '../../parts/useList';
import { checkMark, preflightMark } from '../../text/deployments';
import { checks as words } from '../../words/deployments';
import { TextField } from '../plans/ProposeDialog';
import { AddCheckDialog } from './AddCheckDialog';

/** Steps that are shown here; the list of steps has all of them. */
const MOST = 200;

export function asked(question: DeploymentCheck['question']): string {
  switch (question.kind) {
    case 'web':
      return words.web(question.url, question.text);
    case 'prometheus':
      return words.prometheus(question.query, words.must[question.must] ?? question.must, question.value);
    case 'modbus':
      return words.modbus(
        `${question.address}:${question.port}`,
        question.unit,
        words.tables[question.table] ?? question.table,
        question.place,
        question.value,
      );
    case 'opc_ua':
      return words.opcUa(question.endpoint, question.node, question.value, question.max_age_s);
  }
}

/** What is asked outside; of a plan that was begun also how the preflight of each step stands. */
export function ChecksTab({ id, open, begun = true }: { id: string; open: boolean; begun?: boolean }) {
  const [adding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<DeploymentCheck>();
  const mayPlan = useMay('write-plans') && open;
  const found = useQuery({
    queryKey: ['deployment-checks', id],
    queryFn: () => data(api.GET('/api/v1/deployments/{id}/checks', { params: { path: { id } } })),
    refetchInterval: LIVE_MS,
  });
  const items = found.data?.items;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <section className="hp-scroll hp-step-page" tabIndex={0} aria-label={words.title}>
      {found.error && <ProblemNote error={found.error} onRetry={() => void found.refetch()} />}
      <Section title={words.outside} top>
        {items?.length === 0 && <p className="hp-muted">{words.none}</p>}
        <ul className="hp-checks">
          {items?.map((check) => (
            <li key={check.number}>
              <div>
                <strong>{check.name}</strong> <span className="hp-muted">{words.before[check.before]}</span>
                <p className="hp-small hp-break">{asked(check.question)}</p>
              </div>
              <div>
                <MarkText mark={checkMark(check.answer)} /> {check.asked_at && <When at={check.asked_at} />}
                {check.what && <p className="hp-small hp-break">{check.what}</p>}
              </div>
              {mayPlan && (
                <Button
                  size="sm"
                  variant="link"
                  isInline
                  aria-label={`${words.remove}: ${check.name}`}
                  onClick={() => setRemoving(check)}
                >
                  {words.remove}
                </Button>
              )}
            </li>
          ))}
        </ul>
        {mayPlan && (
          <Button size="sm" variant="secondary" onClick={() => setAdding(true)}>
            {words.add}
          </Button>
        )}
      </Section>
      {begun && <Preflights id={id} />}
      {adding && <AddCheckDialog id={id} onClose={() => setAdding(false)} />}
      {removing && <RemoveDialog id={id} check={removing} onClose={() => setRemoving(undefined)} />}
    </section>
  );
}

function Preflights({ id }: { id: string }) {
  const found = useQuery({
    queryKey: ['deployment-steps', id, 'preflight'],
    queryFn: () =>
      data(
        api.GET('/api/v1/deployments/{id}/steps', {
          params: { path: { id }, query: { limit: MOST, sort: 'number' } },
        }),
      ),
    refetchInterval: LIVE_MS,
  });
  const steps: readonly DeploymentStep[] = found.data?.items ?? [];
  const more = (found.data?.count.value ?? 0) - steps.length;
  return (
    <Section title={words.preflight} top>
      {found.error && <ProblemNote error={found.error} onRetry={() => void found.refetch()} />}
      <ul className="hp-checks">
        {steps.map((step) => (
          <li key={step.number}>
            <div>
              <Link
                to="/deployments/$id/steps/$number"
                params={{ id: step.plan_id, number: String(step.number) }}
              >
                <span className="hp-number">{step.number}.</span> {step.asset}
              </Link>
            </div>
            <div>
              <MarkText mark={preflightMark(step.state, step.wait_for)} />
              {step.wait_why && <p className="hp-small hp-break">{step.wait_why}</p>}
            </div>
          </li>
        ))}
      </ul>
      {more > 0 && <p className="hp-muted">{words.more(more)}</p>}
    </Section>
  );
}

function RemoveDialog({ id, check, onClose }: { id: string; check: DeploymentCheck; onClose: () => void }) {
  const queries = useQueryClient();
  const [reason, setReason] = useState('');
  const send = useMutation({
    mutationFn: () =>
      data(
        api.DELETE('/api/v1/deployments/{id}/checks/{number}', {
          params: { path: { id, number: String(check.number) }, query: { reason: reason.trim() } },
        }),
      ),
    onSuccess: async () => {
      onClose();
      await queries.invalidateQueries();
    },
  });
  return (
    <Dialog
      title={`${words.remove}: ${check.name}`}
      text={words.removeText}
      submit={words.remove}
      danger
      ready={reason.trim().length >= 3}
      busy={send.isPending}
      error={send.error}
      onSubmit={() => send.mutate()}
      onClose={onClose}
    >
      <TextField id="reason" label={messages.actions.reason} required value={reason} onChange={setReason} />
    </Dialog>
  );
}

// One deployment, live: its waves with their steps and hold points, what is stopped, and pausing or ending it.

import { Button } from '@patternfly/react-core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { api, data } from '../../api/client';
import { useMay } from '../../api/session';
import type { Deployment, DeploymentHold, DeploymentShown, DeploymentWave } from '../../api/types';
import { messages } from '../../messages';
import { CopyAs } from '../../parts/CopyAs';
import { Dialog } from '../../parts/Dialog';
import { Facts } from '../../parts/Facts';
import { FilteredList } from '../../parts/FilteredList';
import { Age, MarkText, NotApplicable, When } from '../../parts/MarkText';
import { Page } from '../../parts/Page';
import { ProblemNote } from '../../parts/ProblemNote';
import { TabLinks } from '../../parts/TabLinks';
import { LIVE_MS, useList } from '../../parts/useList';
import { deploymentMark, stepMark } from '../../text/deployments';
import { useView } from '../../view';
import { TextField } from '../plans/ProposeDialog';
import { ChecksTab } from './ChecksTab';
import { canAsk, LiftDialog, LiftNote } from './LiftDialog';
import { STEP_FIELDS, STEPS } from './stepColumns';

const words = messages.deployments;
const TABS = [
  ['waves', words.parts.waves],
  ['steps', words.parts.steps],
  ['checks', words.parts.checks],
] as const;

type Act = 'pause' | 'resume' | 'end';

function actsOf(deployment: Deployment): Act[] {
  if (deployment.state === 'over') {
    return [];
  }
  return [deployment.paused ? 'resume' : 'pause', 'end'];
}

export function DeploymentPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const [view] = useView();
  const [act, setAct] = useState<Act>();
  const [lifting, setLifting] = useState(false);
  const mayPlan = useMay('write-plans');
  const found = useQuery({
    queryKey: ['deployment', id],
    queryFn: () => data(api.GET('/api/v1/deployments/{id}', { params: { path: { id } } })),
    refetchInterval: LIVE_MS,
  });
  const shown = found.data;
  const tab = view.tab ?? 'waves';
  return (
    <Page
      title={shown ? `${shown.deployment.number}: ${shown.deployment.title}` : messages.list.loading}
      kicker={
        <Link to="/deployments" search={view.site ? { site: view.site } : {}}>
          {words.back}
        </Link>
      }
      actions={
        <>
          {shown && mayPlan && canAsk(shown) && (
            <Button size="sm" variant="secondary" onClick={() => setLifting(true)}>
              {words.acts.lift}
            </Button>
          )}
          {shown &&
            mayPlan &&
            actsOf(shown.deployment).map((one) => (
              <Button
                key={one}
                size="sm"
                variant={one === 'end' ? 'danger' : 'secondary'}
                onClick={() => setAct(one)}
              >
                {words.acts[one]}
              </Button>
            ))}
          <Link to="/plans/$id" params={{ id }}>
            {words.toPlan}
          </Link>
          <CopyAs
            noun={`deployment show ${shown?.deployment.number ?? id}`}
            path={`/api/v1/deployments/${id}`}
            filter=""
          />
        </>
      }
      bar={
        <>
          {shown && <Head shown={shown} />}
          <TabLinks label={words.title} tabs={TABS} first="waves" />
        </>
      }
    >
      {found.error && <ProblemNote error={found.error} onRetry={() => void found.refetch()} />}
      {shown && tab === 'waves' && <Waves shown={shown} />}
      {shown && tab === 'steps' && <Steps id={id} />}
      {shown && tab === 'checks' && <ChecksTab id={id} open={shown.deployment.open > 0} />}
      {shown && lifting && <LiftDialog shown={shown} onClose={() => setLifting(false)} />}
      {shown && act && (
        <ActDialog deployment={shown.deployment} act={act} onClose={() => setAct(undefined)} />
      )}
    </Page>
  );
}

function Head({ shown }: { shown: DeploymentShown }) {
  const { deployment } = shown;
  return (
    <>
      {deployment.stops.length > 0 && (
        <div className="hp-stops" role="status">
          <strong>
            <span aria-hidden="true">■ </span>
            {words.stops}
          </strong>
          <ul className="hp-list">
            {deployment.stops.map((stop) => (
              <li key={stop}>{stop}</li>
            ))}
          </ul>
        </div>
      )}
      {shown.lift && <LiftNote shown={shown} lift={shown.lift} />}
      {deployment.paused && (
        <p className="hp-note" role="status">
          <span aria-hidden="true">‖ </span>
          {words.pausedNow}: {deployment.paused}
        </p>
      )}
      <div className="hp-plan-head">
        <Facts
          rows={[
            [words.columns.state, <MarkText key="s" mark={deploymentMark(deployment.state)} />],
            [words.columns.site, `${deployment.site} (${deployment.time_zone})`],
            [words.columns.done, words.of(deployment.done, deployment.steps)],
          ]}
        />
        <Facts
          rows={[
            [words.columns.failed, deployment.failed],
            [words.columns.work, deployment.in_work],
            [words.columns.overdue, deployment.overdue],
          ]}
        />
        <Facts
          rows={[
            [
              words.begunBy,
              <span key="b">
                <When at={deployment.started_at} /> {deployment.started_by}
              </span>,
            ],
            [
              words.planned,
              deployment.first_start ? (
                <span key="p">
                  <When at={deployment.first_start} /> – <When at={deployment.last_free} />
                </span>
              ) : (
                <NotApplicable key="p" />
              ),
            ],
            [words.looked, deployment.turned_at ? <Age key="l" at={deployment.turned_at} /> : '—'],
          ]}
        />
      </div>
    </>
  );
}

function Waves({ shown }: { shown: DeploymentShown }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <section className="hp-scroll hp-waves" tabIndex={0} aria-label={words.parts.waves}>
      <ol>
        {shown.waves.map((wave) => (
          <Wave key={`${wave.patch} ${wave.number}`} plan={shown.deployment.plan_id} wave={wave} />
        ))}
      </ol>
    </section>
  );
}

function Wave({ plan, wave }: { plan: string; wave: DeploymentWave }) {
  const done = wave.steps.filter((step) => step.state === 'done').length;
  return (
    <li>
      {wave.holds.map((hold) => (
        <Hold key={`${hold.before} ${hold.number}`} plan={plan} hold={hold} />
      ))}
      <h2>
        {words.wave(words.waveKinds[wave.kind] ?? wave.kind, wave.number)}: {wave.patch}
        <span className="hp-muted hp-small"> {words.waveDone(done, wave.steps.length)}</span>
      </h2>
      <ul className="hp-step-tiles">
        {wave.steps.map((step) => (
          <li key={step.number} className={step.failed || step.overdue ? 'hp-step-urgent' : undefined}>
            <Link to="/deployments/$id/steps/$number" params={{ id: plan, number: String(step.number) }}>
              <span className="hp-number">{step.number}.</span> {step.asset}
            </Link>
            <MarkText mark={stepMark(step.state)} />
            {step.overdue && <span className="hp-small hp-tone-act">{words.step.overdue}</span>}
          </li>
        ))}
      </ul>
    </li>
  );
}

export function Hold({ plan, hold }: { plan: string; hold: DeploymentHold }) {
  return (
    <p className={hold.opened_by ? 'hp-hold hp-hold-open' : 'hp-hold'}>
      <strong>
        <span aria-hidden="true">{hold.opened_by ? '✓ ' : '■ '}</span>
        {words.hold}
      </strong>{' '}
      <Link to="/deployments/$id/steps/$number" params={{ id: plan, number: String(hold.before) }}>
        {words.beforeStep(hold.before)}
      </Link>
      , {hold.opened_by ? words.holdOpened(hold.opened_by) : words.holdClosed(hold.opened_by_role)}{' '}
      {hold.opened_with ?? hold.evidence}
    </p>
  );
}

function Steps({ id }: { id: string }) {
  const [view] = useView();
  const list = useList(
    ['deployment-steps', id],
    { filter: view.filter, sort: view.sort },
    (query) => data(api.GET('/api/v1/deployments/{id}/steps', { params: { path: { id }, query } })),
    LIVE_MS,
  );
  return (
    <FilteredList
      name={words.parts.steps}
      list={list}
      columns={STEPS}
      rowKey={(row) => String(row.number)}
      fields={STEP_FIELDS}
      example={words.stepsExample}
      none={[words.parts.steps]}
    />
  );
}

function ActDialog({ deployment, act, onClose }: { deployment: Deployment; act: Act; onClose: () => void }) {
  const queries = useQueryClient();
  const [reason, setReason] = useState('');
  const needsReason = act !== 'resume';
  const send = useMutation({
    mutationFn: () => {
      const asked = { params: { path: { id: deployment.plan_id } }, body: { reason: reason.trim() } };
      switch (act) {
        case 'pause':
          return data(api.POST('/api/v1/deployments/{id}/pause', asked));
        case 'resume':
          return data(api.POST('/api/v1/deployments/{id}/resume', asked));
        case 'end':
          return data(api.POST('/api/v1/deployments/{id}/end', asked));
      }
    },
    onSuccess: async () => {
      onClose();
      await queries.invalidateQueries();
    },
  });
  return (
    <Dialog
      title={`${words.acts[act]}: ${deployment.title}`}
      text={words.actTexts[act]}
      submit={words.acts[act]}
      danger={act === 'end'}
      ready={!needsReason || reason.trim().length >= 3}
      busy={send.isPending}
      error={send.error}
      onSubmit={() => send.mutate()}
      onClose={onClose}
    >
      <TextField
        id="reason"
        label={messages.actions.reason}
        required={needsReason}
        value={reason}
        onChange={setReason}
      />
    </Dialog>
  );
}

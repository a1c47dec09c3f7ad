// Plans: named lists of steps that runs take over.

import { Button, FormGroup, FormSelect, FormSelectOption, TextArea, TextInput } from '@patternfly/react-core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, data } from '../../api/client';
import { useMay, useSites } from '../../api/session';
import type { TestPlan } from '../../api/types';
import { messages } from '../../messages';
import { Dialog } from '../../parts/Dialog';
import { Empty } from '../../parts/Empty';
import { keyed } from '../../parts/keyed';
import { When } from '../../parts/MarkText';
import { ProblemNote } from '../../parts/ProblemNote';
import { stepsOf, stepText } from '../../text/steps';

const words = messages.tests;
const names = words.plan;

export function PlansTab() {
  const [writing, setWriting] = useState<{ plan?: TestPlan }>();
  const sites = useSites().data?.items ?? [];
  const siteOf = (id: string) => sites.find((site) => site.id === id)?.name;
  const mayWrite = useMay('record-test');
  const list = useQuery({ queryKey: ['test-plans'], queryFn: () => data(api.GET('/api/v1/test-plans')) });
  const items = list.data?.items ?? [];
  return (
    <section className="hp-scroll" aria-label={words.tabs.plans}>
      {mayWrite && (
        <div className="hp-listhead">
          <Button size="sm" variant="secondary" onClick={() => setWriting({})}>
            {names.make}
          </Button>
        </div>
      )}
      {list.error && <ProblemNote error={list.error} onRetry={() => void list.refetch()} />}
      {list.data && items.length === 0 && (
        <Empty title={words.emptyPlans}>
          <p>{words.emptyPlansText}</p>
        </Empty>
      )}
      {items.length > 0 && (
        <table className="hp-table hp-table-wrap">
          <thead>
            <tr>
              <th scope="col">{names.name}</th>
              <th scope="col">{names.steps}</th>
              {mayWrite && (
                <th scope="col">
                  <span className="hp-hidden">{names.edit}</span>
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {items.map((plan) => (
              <tr key={plan.name}>
                <th scope="row">
                  {plan.name}
                  <div className="hp-small hp-muted">
                    {names.version(plan.version, plan.author)} <When at={plan.written_at} dayOnly />
                  </div>
                  <div className="hp-small">
                    {plan.site_id ? (siteOf(plan.site_id) ?? plan.site_id) : names.allSites}
                  </div>
                </th>
                <td>
                  <ol className="hp-list">
                    {keyed(plan.steps, (step) => step.action).map(({ key, item }) => (
                      <li key={key}>
                        {item.action} <span className="hp-muted">→ {item.expected}</span>
                      </li>
                    ))}
                  </ol>
                  {plan.former.map((one) => (
                    <details key={one.version} className="hp-small">
                      <summary>
                        {names.version(one.version, one.author)} <When at={one.written_at} dayOnly />
                      </summary>
                      <ol className="hp-list">
                        {keyed(one.steps, (step) => step.action).map(({ key, item }) => (
                          <li key={key}>
                            {item.action} <span className="hp-muted">→ {item.expected}</span>
                          </li>
                        ))}
                      </ol>
                    </details>
                  ))}
                </td>
                {mayWrite && (
                  <td>
                    <Button size="sm" variant="secondary" onClick={() => setWriting({ plan })}>
                      {names.edit}
                    </Button>
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {writing && <PlanDialog plan={writing.plan} onClose={() => setWriting(undefined)} />}
    </section>
  );
}

function PlanDialog({ plan, onClose }: { plan: TestPlan | undefined; onClose: () => void }) {
  const queries = useQueryClient();
  const sites = useSites().data?.items ?? [];
  const [name, setName] = useState(plan?.name ?? '');
  const [site, setSite] = useState(plan?.site_id ?? '');
  const [text, setText] = useState(stepText(plan?.steps ?? []));
  const steps = stepsOf(text);
  const send = useMutation({
    mutationFn: () =>
      data(
        api.POST('/api/v1/test-plans', {
          body: { name: name.trim(), steps: steps ?? [], ...(site ? { site_id: site } : {}) },
        }),
      ),
    onSuccess: async () => {
      onClose();
      await queries.invalidateQueries();
    },
  });
  return (
    <Dialog
      title={names.makeTitle}
      text={names.makeText}
      submit={names.submit}
      wide
      ready={name.trim() !== '' && steps !== undefined}
      busy={send.isPending}
      error={send.error}
      onSubmit={() => send.mutate()}
      onClose={onClose}
    >
      <FormGroup label={names.name} fieldId="plan-name" isRequired>
        <TextInput
          id="plan-name"
          maxLength={200}
          isDisabled={plan !== undefined}
          value={name}
          onChange={(_, v) => setName(v)}
        />
      </FormGroup>
      <FormGroup label={names.site} fieldId="plan-site">
        <FormSelect
          id="plan-site"
          value={site}
          isDisabled={plan !== undefined}
          onChange={(_, v) => setSite(v)}
        >
          <FormSelectOption value="" label={names.allSites} />
          {sites.map((one) => (
            <FormSelectOption key={one.id} value={one.id} label={one.name} />
          ))}
        </FormSelect>
      </FormGroup>
      <FormGroup label={words.form.steps} fieldId="plan-steps" isRequired>
        <TextArea id="plan-steps" rows={10} maxLength={50000} value={text} onChange={(_, v) => setText(v)} />
      </FormGroup>
    </Dialog>
  );
}

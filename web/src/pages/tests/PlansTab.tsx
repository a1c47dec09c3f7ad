// Plans: named lists of steps that runs take over.

import { Button, FormGroup, TextArea, TextInput } from '@patternfly/react-core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, data } from '../../api/client';
import { useMay } from '../../api/session';
import type { TestPlan } from '../../api/types';
import { messages } from '../../messages';
import { Dialog } from '../../parts/Dialog';
import { Empty } from '../../parts/Empty';
import { keyed } from '../../parts/keyed';
import { ProblemNote } from '../../parts/ProblemNote';
import { stepsOf, stepText } from '../../text/steps';

const words = messages.tests;
const names = words.plan;

export function PlansTab() {
  const [writing, setWriting] = useState<TestPlan>();
  const mayWrite = useMay('record-test');
  const list = useQuery({ queryKey: ['test-plans'], queryFn: () => data(api.GET('/api/v1/test-plans')) });
  const items = list.data?.items ?? [];
  return (
    <section className="hp-scroll" aria-label={words.tabs.plans}>
      {mayWrite && (
        <div className="hp-listhead">
          <Button size="sm" variant="secondary" onClick={() => setWriting({ name: '', steps: [] })}>
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
                <th scope="row">{plan.name}</th>
                <td>
                  <ol className="hp-list">
                    {keyed(plan.steps, (step) => step.action).map(({ key, item }) => (
                      <li key={key}>
                        {item.action} <span className="hp-muted">→ {item.expected}</span>
                      </li>
                    ))}
                  </ol>
                </td>
                {mayWrite && (
                  <td>
                    <Button size="sm" variant="secondary" onClick={() => setWriting(plan)}>
                      {names.edit}
                    </Button>
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {writing && <PlanDialog plan={writing} onClose={() => setWriting(undefined)} />}
    </section>
  );
}

function PlanDialog({ plan, onClose }: { plan: TestPlan; onClose: () => void }) {
  const queries = useQueryClient();
  const [name, setName] = useState(plan.name);
  const [text, setText] = useState(stepText(plan.steps));
  const steps = stepsOf(text);
  const send = useMutation({
    mutationFn: () =>
      data(api.POST('/api/v1/test-plans', { body: { name: name.trim(), steps: steps ?? [] } })),
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
          isDisabled={plan.name !== ''}
          value={name}
          onChange={(_, v) => setName(v)}
        />
      </FormGroup>
      <FormGroup label={words.form.steps} fieldId="plan-steps" isRequired>
        <TextArea id="plan-steps" rows={10} maxLength={50000} value={text} onChange={(_, v) => setText(v)} />
      </FormGroup>
    </Dialog>
  );
}

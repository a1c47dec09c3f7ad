// Beginning a run: which patch, in which baseline, where, by which plan.

import { FormGroup, FormSelect, FormSelectOption, Radio, TextArea, TextInput } from '@patternfly/react-core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, data } from '../../api/client';
import { messages } from '../../messages';
import { BaselineField, useBaselines } from '../../parts/BaselineField';
import { Dialog } from '../../parts/Dialog';
import { lines } from '../../text/lines';
import { stepsOf } from '../../text/steps';
import { useEnvironments } from './EnvironmentsTab';

const words = messages.tests;
const names = words.form;

export function BeginDialog({ onClose }: { onClose: () => void }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [draft, setDraft] = useState({
    patch: '',
    baseline: '',
    pilot: false,
    environment: '',
    assets: '',
    plan: '',
    steps: '',
  });
  const set = (part: Partial<typeof draft>) => setDraft({ ...draft, ...part });
  const baselines = useBaselines().data?.items ?? [];
  const chosen = baselines.find((line) => line.baseline.name === draft.baseline)?.baseline.id;
  const environments = (useEnvironments().data?.items ?? []).filter(
    (one) => chosen !== undefined && one.represents.includes(chosen),
  );
  const plans = useQuery({
    queryKey: ['test-plans'],
    queryFn: () => data(api.GET('/api/v1/test-plans')),
  }).data;
  const steps = stepsOf(draft.steps);
  const send = useMutation({
    mutationFn: () =>
      data(
        api.POST('/api/v1/test-runs', {
          body: {
            patch: draft.patch.trim(),
            baseline: draft.baseline,
            ...(draft.pilot ? { assets: lines(draft.assets) } : { environment: draft.environment }),
            ...(draft.plan === '' ? { steps: steps ?? [] } : { plan: draft.plan }),
          },
        }),
      ),
    onSuccess: async (begun) => {
      onClose();
      await queries.invalidateQueries();
      void navigate({ to: '/tests/$id', params: { id: begun.run.id } });
    },
  });
  const place = draft.pilot ? lines(draft.assets).length > 0 : draft.environment !== '';
  const ready =
    draft.patch.trim() !== '' && draft.baseline !== '' && place && (draft.plan !== '' || steps !== undefined);
  return (
    <Dialog
      title={words.beginTitle}
      text={words.beginText}
      submit={names.begin}
      ready={ready}
      busy={send.isPending}
      error={send.error}
      onSubmit={() => send.mutate()}
      onClose={onClose}
    >
      <FormGroup label={names.patch} fieldId="run-patch" isRequired>
        <TextInput
          id="run-patch"
          maxLength={200}
          value={draft.patch}
          onChange={(_, patch) => set({ patch })}
        />
      </FormGroup>
      <BaselineField
        id="run-baseline"
        value={draft.baseline}
        onChange={(baseline) => set({ baseline, environment: '' })}
      />
      <FormGroup label={names.where} role="radiogroup" fieldId="run-where">
        <Radio
          id="run-bench"
          name="run-where"
          label={names.environment}
          isChecked={!draft.pilot}
          onChange={() => set({ pilot: false })}
        />
        <Radio
          id="run-pilot"
          name="run-where"
          label={names.pilotChoice}
          isChecked={draft.pilot}
          onChange={() => set({ pilot: true })}
        />
      </FormGroup>
      {draft.pilot ? (
        <FormGroup label={names.assets} fieldId="run-assets" isRequired>
          <TextArea id="run-assets" rows={2} value={draft.assets} onChange={(_, assets) => set({ assets })} />
        </FormGroup>
      ) : (
        <FormGroup label={words.bench} fieldId="run-environment" isRequired>
          <FormSelect
            id="run-environment"
            value={draft.environment}
            onChange={(_, environment) => set({ environment })}
          >
            <FormSelectOption value="" label={names.chooseEnvironment} />
            {environments.map((one) => (
              <FormSelectOption key={one.id} value={one.id} label={one.name} />
            ))}
          </FormSelect>
          {draft.baseline !== '' && environments.length === 0 && (
            <p className="hp-note">{names.noEnvironment}</p>
          )}
        </FormGroup>
      )}
      <FormGroup label={names.plan} fieldId="run-plan">
        <FormSelect id="run-plan" value={draft.plan} onChange={(_, plan) => set({ plan })}>
          <FormSelectOption value="" label={names.choosePlan} />
          {plans?.items.map((one) => (
            <FormSelectOption key={one.name} value={one.name} label={one.name} />
          ))}
        </FormSelect>
      </FormGroup>
      {draft.plan === '' && (
        <FormGroup label={names.steps} fieldId="run-steps" isRequired>
          <TextArea
            id="run-steps"
            rows={4}
            maxLength={50000}
            value={draft.steps}
            onChange={(_, text) => set({ steps: text })}
          />
        </FormGroup>
      )}
    </Dialog>
  );
}

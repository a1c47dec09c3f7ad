// Writing a window down, new or changed. Times are those on the clock of the site.

import { FormGroup, FormSelect, FormSelectOption } from '@patternfly/react-core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, data } from '../../api/client';
import type { WorkWindow } from '../../api/types';
import { messages } from '../../messages';
import { Dialog } from '../../parts/Dialog';
import { useView } from '../../view';
import { TextField } from '../plans/ProposeDialog';

const words = messages.calendar;

function number(text: string): number | null {
  return text.trim() === '' ? null : Number(text);
}

export function WindowDialog({ window, onClose }: { window?: WorkWindow; onClose: () => void }) {
  const [view] = useView();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [form, setForm] = useState({
    name: window?.name ?? '',
    kind: window?.kind ?? 'maintenance',
    reach: window?.reach ?? 'site',
    on: window?.reach_id ?? view.site ?? '',
    first: window?.first.slice(0, 16) ?? '',
    minutes: window ? String(window.minutes) : '480',
    rule: window?.rule ?? '',
    left_out: window?.left_out.map((one) => one.slice(0, 16)).join(' ') ?? '',
    people: window?.people ? String(window.people) : '',
    steps: window?.steps ? String(window.steps) : '',
    note: window?.note ?? '',
    reason: '',
  });
  const set = (name: keyof typeof form) => (value: string) => setForm({ ...form, [name]: value });
  const save = useMutation({
    mutationFn: () => {
      const body = {
        name: form.name,
        kind: form.kind,
        reach: form.reach,
        on: form.reach === 'everywhere' ? null : form.on,
        time_zone: window?.time_zone ?? (form.reach === 'everywhere' ? 'UTC' : null),
        first: form.first,
        minutes: Number(form.minutes),
        length: window?.length ?? null,
        rule: form.rule.trim() || null,
        added: window?.added ?? [],
        left_out: form.left_out.split(/\s+/).filter(Boolean),
        people: number(form.people),
        steps: number(form.steps),
        note: form.note,
        revision: window?.revision ?? null,
        reason: form.reason,
      };
      return window
        ? data(api.PUT('/api/v1/windows/{id}', { params: { path: { id: window.id } }, body }))
        : data(api.POST('/api/v1/windows', { body }));
    },
    onSuccess: async (kept) => {
      onClose();
      await queries.invalidateQueries();
      await navigate({ to: '/windows/$id', params: { id: kept.id } });
    },
  });
  const fields = words.fields;
  return (
    <Dialog
      title={window ? `${words.edit}: ${window.name}` : words.add}
      submit={messages.actions.save}
      ready={form.name.trim() !== '' && form.first !== '' && Number(form.minutes) > 0}
      busy={save.isPending}
      error={save.error}
      onSubmit={() => save.mutate()}
      onClose={onClose}
    >
      <TextField id="name" label={fields.name} required value={form.name} onChange={set('name')} />
      <FormGroup label={fields.kind} fieldId="kind">
        <FormSelect id="kind" value={form.kind} onChange={(_, value) => set('kind')(value)}>
          {Object.entries(words.kinds).map(([value, label]) => (
            <FormSelectOption key={value} value={value} label={label} />
          ))}
        </FormSelect>
      </FormGroup>
      <FormGroup label={fields.reach} fieldId="reach">
        <FormSelect id="reach" value={form.reach} onChange={(_, value) => set('reach')(value)}>
          {Object.entries(words.reaches).map(([value, label]) => (
            <FormSelectOption key={value} value={value} label={label} />
          ))}
        </FormSelect>
      </FormGroup>
      {form.reach !== 'everywhere' && (
        <TextField id="on" label={fields.on} required value={form.on} onChange={set('on')} />
      )}
      <FormGroup label={fields.first} fieldId="first" isRequired>
        <input
          id="first"
          type="datetime-local"
          className="pf-v6-c-form-control hp-datetime"
          required
          value={form.first}
          onChange={(event) => set('first')(event.target.value)}
        />
      </FormGroup>
      <TextField
        id="minutes"
        label={fields.minutes}
        required
        value={form.minutes}
        onChange={set('minutes')}
      />
      <TextField
        id="rule"
        label={fields.rule}
        help={fields.ruleHelp}
        value={form.rule}
        onChange={set('rule')}
      />
      <TextField
        id="left-out"
        label={fields.leftOut}
        help={fields.leftOutHelp}
        value={form.left_out}
        onChange={set('left_out')}
      />
      <TextField
        id="people"
        label={fields.people}
        help={fields.unsaid}
        value={form.people}
        onChange={set('people')}
      />
      <TextField
        id="steps"
        label={fields.steps}
        help={fields.unsaid}
        value={form.steps}
        onChange={set('steps')}
      />
      <TextField id="note" label={fields.note} value={form.note} onChange={set('note')} />
      <TextField id="reason" label={messages.actions.reason} value={form.reason} onChange={set('reason')} />
    </Dialog>
  );
}

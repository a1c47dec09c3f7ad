// Writing a check down: what is asked, where, and what must be answered.

import { FormGroup, FormSelect, FormSelectOption } from '@patternfly/react-core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, data } from '../../api/client';
import type { DeploymentCheck } from '../../api/types';
import { messages } from '../../messages';
import { Dialog } from '../../parts/Dialog';
import { checks as words } from '../../words/deployments';
import { TextField } from '../plans/ProposeDialog';

type Question = DeploymentCheck['question'];

const EMPTY = {
  name: '',
  before: 'step',
  kind: 'modbus',
  url: '',
  text: '',
  query: '',
  must: 'below',
  address: '',
  port: '502',
  unit: '1',
  table: 'coil',
  place: '0',
  value: '1',
  reason: '',
};

function question(form: typeof EMPTY): Question {
  switch (form.kind) {
    case 'web':
      return { kind: 'web', url: form.url.trim(), text: form.text };
    case 'prometheus':
      return {
        kind: 'prometheus',
        url: form.url.trim(),
        query: form.query.trim(),
        must: form.must,
        value: Number(form.value),
      };
    default:
      return {
        kind: 'modbus',
        address: form.address.trim(),
        port: Number(form.port),
        unit: Number(form.unit),
        table: form.table,
        place: Number(form.place),
        value: Number(form.value),
      };
  }
}

export function AddCheckDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const queries = useQueryClient();
  const [form, setForm] = useState(EMPTY);
  const set = (name: keyof typeof EMPTY) => (value: string) => setForm({ ...form, [name]: value });
  const send = useMutation({
    mutationFn: () =>
      data(
        api.POST('/api/v1/deployments/{id}/checks', {
          params: { path: { id } },
          body: {
            name: form.name.trim(),
            before: form.before,
            question: question(form),
            reason: form.reason.trim(),
          },
        }),
      ),
    onSuccess: async () => {
      onClose();
      await queries.invalidateQueries();
    },
  });
  const named = form.name.trim() !== '';
  const placed = form.kind === 'modbus' ? form.address.trim() !== '' : form.url.trim() !== '';
  const choice = (name: keyof typeof EMPTY, label: string, all: Record<string, string>) => (
    <FormGroup label={label} fieldId={`check-${name}`}>
      <FormSelect
        id={`check-${name}`}
        value={form[name]}
        onChange={(_, next) => setForm({ ...form, [name]: next })}
      >
        {Object.entries(all).map(([word, text]) => (
          <FormSelectOption key={word} value={word} label={text} />
        ))}
      </FormSelect>
    </FormGroup>
  );
  const line = (name: keyof typeof EMPTY, label: string, required = true) => (
    <TextField
      id={`check-${name}`}
      label={label}
      required={required}
      value={form[name]}
      onChange={set(name)}
    />
  );
  return (
    <Dialog
      title={words.add}
      text={words.addText}
      submit={words.add}
      ready={named && placed}
      busy={send.isPending}
      error={send.error}
      onSubmit={() => send.mutate()}
      onClose={onClose}
    >
      {line('name', words.name)}
      {choice('before', words.when, words.before)}
      {choice('kind', words.kind, words.kinds)}
      {form.kind === 'modbus' && (
        <>
          {line('address', words.address)}
          {line('port', words.port)}
          {line('unit', words.unit)}
          {choice('table', words.table, words.tables)}
          {line('place', words.place)}
          {line('value', words.value)}
        </>
      )}
      {form.kind === 'web' && (
        <>
          {line('url', words.url)}
          {line('text', words.answerText)}
        </>
      )}
      {form.kind === 'prometheus' && (
        <>
          {line('url', words.url)}
          {line('query', words.query)}
          {choice('must', words.mustBe, words.must)}
          {line('value', words.value)}
        </>
      )}
      <TextField id="reason" label={messages.actions.reason} value={form.reason} onChange={set('reason')} />
    </Dialog>
  );
}

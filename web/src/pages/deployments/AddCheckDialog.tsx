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
  endpoint: 'opc.tcp://',
  node: '',
  permit: 'true',
  maxAge: '3600',
  reason: '',
};

/** The value that permits, as it was written; `undefined`: it is none. */
function permitted(text: string): boolean | number | undefined {
  const word = text.trim();
  if (word === 'true' || word === 'false') return word === 'true';
  const number = /^-?\d+$/.test(word) ? Number(word) : Number.NaN;
  return Number.isSafeInteger(number) ? number : undefined;
}

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
    case 'opc_ua':
      return {
        kind: 'opc_ua',
        endpoint: form.endpoint.trim(),
        node: form.node.trim(),
        value: permitted(form.permit) ?? false,
        max_age_s: Number(form.maxAge),
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

/** Whether what must be written is written; the server says what is wrong with it. */
function complete(form: typeof EMPTY): boolean {
  switch (form.kind) {
    case 'modbus':
      return form.address.trim() !== '';
    case 'opc_ua':
      return (
        form.node.trim() !== '' && permitted(form.permit) !== undefined && /^\d+$/.test(form.maxAge.trim())
      );
    default:
      return form.url.trim() !== '';
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
  const placed = complete(form);
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
  const line = (name: keyof typeof EMPTY, label: string, help?: string) => (
    <TextField
      id={`check-${name}`}
      label={label}
      required
      {...(help ? { help } : {})}
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
      {form.kind === 'opc_ua' && (
        <>
          {line('endpoint', words.endpoint, words.endpointHint)}
          {line('node', words.node, words.nodeHint)}
          {line('permit', words.permit, words.permitHint)}
          {line('maxAge', words.maxAge, words.maxAgeHint)}
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

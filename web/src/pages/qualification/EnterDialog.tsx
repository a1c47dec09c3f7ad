// Entering what a supplier said where no list says it: who, of which patch, for which product, in which word, and where it
// stands. A word that asks for less caution than the one that stands is entered by somebody who may approve.

import { FormGroup, FormSelect, FormSelectOption, TextArea, TextInput } from '@patternfly/react-core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, data } from '../../api/client';
import { messages } from '../../messages';
import { Dialog } from '../../parts/Dialog';

const words = messages.qualification.enter;
const states = messages.words.supplierState;

const FIELDS = [
  'publisher',
  'vendor',
  'product',
  'version',
  'patch_vendor',
  'identifier',
  'word',
  'reference',
  'conditions',
] as const;
type Field = (typeof FIELDS)[number];
const NEEDED: readonly Field[] = [
  'publisher',
  'vendor',
  'product',
  'patch_vendor',
  'identifier',
  'word',
  'reference',
];
const KINDS = ['kb', 'msrc', 'vendor-id', 'cve', 'version'] as const;
const STATES = Object.keys(states) as (keyof typeof states)[];

const EMPTY = Object.fromEntries(FIELDS.map((name) => [name, ''])) as Record<Field, string>;

export function EnterDialog({ onClose }: { onClose: () => void }) {
  const queries = useQueryClient();
  const [fields, setFields] = useState(EMPTY);
  const [kind, setKind] = useState<string>('kb');
  const [state, setState] = useState('');
  const [issued, setIssued] = useState('');
  const [reason, setReason] = useState('');
  const enter = useMutation({
    mutationFn: () =>
      data(
        api.POST('/api/v1/statements', {
          params: { query: { reason: reason.trim() } },
          body: {
            ...fields,
            identifier_kind: kind,
            state,
            ...(issued === '' ? {} : { issued_at: `${issued}T00:00:00Z` }),
          },
        }),
      ),
    onSuccess: async () => {
      onClose();
      await queries.invalidateQueries();
    },
  });
  const said = NEEDED.every((name) => fields[name].trim() !== '');
  return (
    <Dialog
      title={words.title}
      text={words.text}
      submit={words.submit}
      wide
      ready={said && state !== '' && reason.trim() !== ''}
      busy={enter.isPending}
      error={enter.error}
      onSubmit={() => enter.mutate()}
      onClose={onClose}
    >
      <div className="hp-form-grid">
        {FIELDS.map((name) => (
          <FormGroup
            key={name}
            label={words.fields[name]}
            fieldId={`enter-${name}`}
            isRequired={NEEDED.includes(name)}
          >
            <TextInput
              id={`enter-${name}`}
              maxLength={name === 'conditions' ? 2000 : 200}
              value={fields[name]}
              onChange={(_, value) => setFields({ ...fields, [name]: value })}
            />
          </FormGroup>
        ))}
        <FormGroup label={words.kind} fieldId="enter-kind" isRequired>
          <FormSelect id="enter-kind" value={kind} onChange={(_, value) => setKind(value)}>
            {KINDS.map((one) => (
              <FormSelectOption key={one} value={one} label={words.kinds[one]} />
            ))}
          </FormSelect>
        </FormGroup>
        <FormGroup label={words.state} fieldId="enter-state" isRequired>
          <FormSelect id="enter-state" value={state} onChange={(_, value) => setState(value)}>
            <FormSelectOption value="" label={words.choose} isDisabled />
            {STATES.map((one) => (
              <FormSelectOption key={one} value={one} label={states[one]} />
            ))}
          </FormSelect>
        </FormGroup>
        <FormGroup label={words.issued} fieldId="enter-issued">
          <TextInput id="enter-issued" type="date" value={issued} onChange={(_, value) => setIssued(value)} />
        </FormGroup>
      </div>
      <FormGroup label={words.reason} fieldId="enter-reason" isRequired>
        <TextArea
          id="enter-reason"
          rows={2}
          maxLength={500}
          value={reason}
          onChange={(_, value) => setReason(value)}
        />
      </FormGroup>
    </Dialog>
  );
}

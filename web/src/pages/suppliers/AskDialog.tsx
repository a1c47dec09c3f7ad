// Asking a supplier: who, about what, the question, by when.

import { FormGroup, TextArea, TextInput } from '@patternfly/react-core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, data } from '../../api/client';
import { messages } from '../../messages';
import { Dialog } from '../../parts/Dialog';

const words = messages.suppliers;
const names = words.askFields;

const FIELDS = ['supplier', 'contact', 'patch', 'product', 'version', 'order_number', 'reference'] as const;
type Field = (typeof FIELDS)[number];
const LABELS: Record<Field, string> = {
  supplier: names.supplier,
  contact: names.contact,
  patch: names.patch,
  product: names.product,
  version: names.version,
  order_number: names.orderNumber,
  reference: names.reference,
};
const EMPTY: Record<Field, string> = {
  supplier: '',
  contact: '',
  patch: '',
  product: '',
  version: '',
  order_number: '',
  reference: '',
};

export function AskDialog({ onClose }: { onClose: () => void }) {
  const queries = useQueryClient();
  const [fields, setFields] = useState(EMPTY);
  const [text, setText] = useState('');
  const [due, setDue] = useState('');
  const ask = useMutation({
    mutationFn: () =>
      data(
        api.POST('/api/v1/questions', {
          body: { ...fields, text: text.trim(), ...(due === '' ? {} : { due_at: due }) },
        }),
      ),
    onSuccess: async () => {
      onClose();
      await queries.invalidateQueries();
    },
  });
  const saysWhat = FIELDS.slice(2).some((name) => fields[name].trim() !== '');
  return (
    <Dialog
      title={words.ask}
      text={words.askText}
      submit={words.ask}
      wide
      ready={fields.supplier.trim() !== '' && text.trim() !== '' && saysWhat}
      busy={ask.isPending}
      error={ask.error}
      onSubmit={() => ask.mutate()}
      onClose={onClose}
    >
      {FIELDS.map((name) => (
        <FormGroup key={name} label={LABELS[name]} fieldId={`ask-${name}`} isRequired={name === 'supplier'}>
          <TextInput
            id={`ask-${name}`}
            maxLength={200}
            value={fields[name]}
            onChange={(_, value) => setFields({ ...fields, [name]: value })}
          />
        </FormGroup>
      ))}
      <FormGroup label={names.text} fieldId="ask-text" isRequired>
        <TextArea
          id="ask-text"
          rows={3}
          maxLength={10000}
          value={text}
          onChange={(_, value) => setText(value)}
        />
      </FormGroup>
      <FormGroup label={names.due} fieldId="ask-due">
        <TextInput id="ask-due" type="date" value={due} onChange={(_, value) => setDue(value)} />
      </FormGroup>
    </Dialog>
  );
}

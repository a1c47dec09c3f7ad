// Signing: what is signed, in whose name, a note; and what came of it when somebody was quicker.

import { Alert, FormGroup, FormSelect, FormSelectOption, TextInput } from '@patternfly/react-core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, data } from '../../api/client';
import type { DecisionCardView } from '../../api/types';
import { messages } from '../../messages';
import { Dialog } from '../../parts/Dialog';
import { subject } from './subject';

const words = messages.approvals;

export function SignDialog({ card, onClose }: { card: DecisionCardView; onClose: () => void }) {
  const queries = useQueryClient();
  const own = card.cannot_sign.length === 0;
  const [note, setNote] = useState('');
  const [behalf, setBehalf] = useState(own ? '' : (card.sign_for[0] ?? ''));
  const sign = useMutation({
    mutationFn: async () => {
      const list = await data(
        api.POST('/api/v1/decisions:sign', {
          body: {
            decisions: [{ id: card.decision.id, shown: card.hash }],
            note: note.trim(),
            ...(behalf === '' ? {} : { on_behalf_of: behalf }),
          },
        }),
      );
      return list.items[0];
    },
    onSuccess: () => queries.invalidateQueries(),
  });
  const row = sign.data;
  const title = words.signTitle(subject(card.decision));
  if (row) {
    return (
      <Dialog title={title} onClose={onClose}>
        {row.done ? (
          <p role="status" className={row.state === 'lapsed' ? 'hp-note' : undefined}>
            {words.signedNow[row.state] ?? row.state}
          </p>
        ) : (
          <Alert variant="warning" isInline title={words.conflict} role="alert">
            <p>{row.why}</p>
            <p>{words.conflictText}</p>
          </Alert>
        )}
      </Dialog>
    );
  }
  return (
    <Dialog
      title={title}
      text={words.signText}
      submit={words.approve}
      busy={sign.isPending}
      error={sign.error}
      onSubmit={() => sign.mutate()}
      onClose={onClose}
    >
      {card.sign_for.length > 0 && (
        <FormGroup label={words.inWhoseName} fieldId="behalf">
          <FormSelect id="behalf" value={behalf} onChange={(_, value) => setBehalf(value)}>
            {own && <FormSelectOption value="" label={words.myOwn} />}
            {card.sign_for.map((name) => (
              <FormSelectOption key={name} value={name} label={name} />
            ))}
          </FormSelect>
        </FormGroup>
      )}
      <FormGroup label={words.note} fieldId="note">
        <TextInput id="note" maxLength={2000} value={note} onChange={(_, value) => setNote(value)} />
      </FormGroup>
    </Dialog>
  );
}

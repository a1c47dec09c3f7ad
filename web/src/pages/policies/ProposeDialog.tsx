// Proposing the text that was looked at as the next revision.

import { FormGroup, TextArea, TextInput } from '@patternfly/react-core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, data } from '../../api/client';
import { messages } from '../../messages';
import { Dialog } from '../../parts/Dialog';

const words = messages.policies.change;

export function ProposeDialog({
  text,
  title,
  onProposed,
  onClose,
}: {
  text: string;
  title: string;
  onProposed: (revision: number) => void;
  onClose: () => void;
}) {
  const queries = useQueryClient();
  const [reason, setReason] = useState('');
  const [from, setFrom] = useState('');
  const send = useMutation({
    mutationFn: () =>
      data(
        api.POST('/api/v1/policies', {
          body: { text, reason: reason.trim(), from: from === '' ? null : `${from}T00:00:00Z` },
        }),
      ),
    onSuccess: async (kept) => {
      onClose();
      onProposed(kept.revision);
      await queries.invalidateQueries();
    },
  });
  return (
    <Dialog
      title={words.proposeTitle(title)}
      text={words.proposeText}
      submit={words.propose}
      ready={reason.trim().length >= 3}
      busy={send.isPending}
      error={send.error}
      onSubmit={() => send.mutate()}
      onClose={onClose}
    >
      <FormGroup label={words.reason} fieldId="reason" isRequired>
        <TextArea id="reason" maxLength={2000} value={reason} onChange={(_, value) => setReason(value)} />
      </FormGroup>
      <FormGroup label={words.from} fieldId="from">
        <TextInput id="from" type="date" value={from} onChange={(_, value) => setFrom(value)} />
      </FormGroup>
    </Dialog>
  );
}

// An answer other than a signature, with its reason.

import { FormGroup, TextArea } from '@patternfly/react-core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, data } from '../../api/client';
import type { Decision } from '../../api/types';
import { messages } from '../../messages';
import { Dialog } from '../../parts/Dialog';
import { subject } from './subject';

const words = messages.approvals;

export type Deed = 'withdraw' | 'reject' | 'return' | 'revoke' | 'review';

const TITLES: Record<Deed, string> = {
  withdraw: words.withdraw,
  reject: words.reject,
  return: words.returned,
  revoke: words.revoke,
  review: words.review,
};

export function AnswerDialog({
  decision,
  deed,
  onClose,
}: {
  decision: Decision;
  deed: Deed;
  onClose: () => void;
}) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [reason, setReason] = useState('');
  const send = useMutation({
    mutationFn: () =>
      data(
        api.POST('/api/v1/decisions/{id}/answer', {
          params: { path: { id: decision.id } },
          body: { deed, reason: reason.trim() },
        }),
      ),
    onSuccess: async (answer) => {
      onClose();
      await queries.invalidateQueries();
      // A decline everywhere ends by a decision of its own, which waits for signatures.
      if (answer.decision.id !== decision.id) {
        await navigate({ to: '/approvals/$id', params: { id: answer.decision.id } });
      }
    },
  });
  return (
    <Dialog
      title={`${TITLES[deed]}: ${subject(decision)}`}
      submit={TITLES[deed]}
      danger={deed === 'reject' || deed === 'revoke'}
      ready={reason.trim() !== ''}
      busy={send.isPending}
      error={send.error}
      onSubmit={() => send.mutate()}
      onClose={onClose}
    >
      <FormGroup label={words.asked[deed]} fieldId="reason" isRequired>
        <TextArea
          id="reason"
          rows={3}
          maxLength={2000}
          value={reason}
          onChange={(_, value) => setReason(value)}
        />
      </FormGroup>
    </Dialog>
  );
}

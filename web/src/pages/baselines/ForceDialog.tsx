// Putting a draft in force: a second person has looked at what it takes over and inherits.

import { FormGroup, TextArea } from '@patternfly/react-core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, data } from '../../api/client';
import { messages } from '../../messages';
import { Dialog } from '../../parts/Dialog';

const names = messages.baselines.force;

export function ForceDialog({ id, name, onClose }: { id: string; name: string; onClose: () => void }) {
  const queries = useQueryClient();
  const [reason, setReason] = useState('');
  const send = useMutation({
    mutationFn: () =>
      data(
        api.POST('/api/v1/baselines/{id}/force', {
          params: { path: { id } },
          body: { reason: reason.trim() },
        }),
      ),
    onSuccess: async () => {
      onClose();
      await queries.invalidateQueries();
    },
  });
  return (
    <Dialog
      title={names.title(name)}
      text={names.text}
      submit={names.submit}
      ready={reason.trim().length >= 3}
      busy={send.isPending}
      error={send.error}
      onSubmit={() => send.mutate()}
      onClose={onClose}
    >
      <FormGroup label={messages.actions.reason} fieldId="force-reason" isRequired>
        <TextArea
          id="force-reason"
          rows={2}
          maxLength={2000}
          value={reason}
          onChange={(_, said) => setReason(said)}
        />
      </FormGroup>
    </Dialog>
  );
}

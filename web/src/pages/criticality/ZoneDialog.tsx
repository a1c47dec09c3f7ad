// Saying what is lost with a zone.

import { FormGroup, TextInput } from '@patternfly/react-core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client';
import type { Criticality } from '../../api/types';
import { messages } from '../../messages';
import { Dialog } from '../../parts/Dialog';
import { CriticalityFields } from './CriticalityFields';

const words = messages.criticality;

export function ZoneDialog({
  id,
  name,
  known,
  onClose,
}: {
  id: string;
  name: string;
  known: Criticality;
  onClose: () => void;
}) {
  const queries = useQueryClient();
  const [criticality, setCriticality] = useState(known);
  const [reason, setReason] = useState('');
  const save = useMutation({
    mutationFn: () =>
      api.PUT('/api/v1/zones/{id}/criticality', {
        params: { path: { id } },
        body: { criticality, reason: reason.trim() },
      }),
    onSuccess: async () => {
      onClose();
      await queries.invalidateQueries();
    },
  });
  return (
    <Dialog
      title={words.zoneTitle(name)}
      text={words.text}
      submit={messages.actions.save}
      busy={save.isPending}
      error={save.error}
      onSubmit={() => save.mutate()}
      onClose={onClose}
    >
      <CriticalityFields value={criticality} onChange={setCriticality} />
      <FormGroup label={messages.actions.reason} fieldId="reason">
        <TextInput id="reason" maxLength={500} value={reason} onChange={(_, said) => setReason(said)} />
      </FormGroup>
    </Dialog>
  );
}

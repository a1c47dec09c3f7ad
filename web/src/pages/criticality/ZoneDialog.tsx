// Saying what is lost with a zone, and how far it can be reached.

import { FormGroup, FormSelect, FormSelectOption, TextInput } from '@patternfly/react-core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client';
import type { Criticality } from '../../api/types';
import { messages } from '../../messages';
import { Dialog } from '../../parts/Dialog';
import { CriticalityFields, DIMENSIONS } from './CriticalityFields';

const words = messages.criticality;

export function ZoneDialog({
  id,
  name,
  known,
  exposure: reached,
  onClose,
}: {
  id: string;
  name: string;
  known: Criticality;
  exposure: string;
  onClose: () => void;
}) {
  const queries = useQueryClient();
  const [criticality, setCriticality] = useState(known);
  const [exposure, setExposure] = useState(reached);
  const [reason, setReason] = useState('');
  const lost = DIMENSIONS.some((one) => (criticality[one] ?? null) !== (known[one] ?? null));
  const save = useMutation({
    mutationFn: async () => {
      const params = { path: { id } };
      if (exposure !== reached) {
        const body = { exposure: exposure === '' ? null : exposure, reason: reason.trim() };
        await api.PUT('/api/v1/zones/{id}/exposure', { params, body });
      }
      if (lost) {
        await api.PUT('/api/v1/zones/{id}/criticality', {
          params,
          body: { criticality, reason: reason.trim() },
        });
      }
    },
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
      ready={lost || exposure !== reached}
      busy={save.isPending}
      error={save.error}
      onSubmit={() => save.mutate()}
      onClose={onClose}
    >
      <FormGroup label={words.exposure} fieldId="exposure">
        <FormSelect id="exposure" value={exposure} onChange={(_, said) => setExposure(said)}>
          <FormSelectOption value="" label={words.unsaid} />
          {Object.entries(words.exposures).map(([word, label]) => (
            <FormSelectOption key={word} value={word} label={label} />
          ))}
        </FormSelect>
      </FormGroup>
      <CriticalityFields value={criticality} onChange={setCriticality} />
      <FormGroup label={messages.actions.reason} fieldId="reason">
        <TextInput id="reason" maxLength={500} value={reason} onChange={(_, said) => setReason(said)} />
      </FormGroup>
    </Dialog>
  );
}

// A new provider of advisories.

import { FormGroup, FormHelperText, TextArea, TextInput } from '@patternfly/react-core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, data } from '../../api/client';
import { messages } from '../../messages';
import { Dialog } from '../../parts/Dialog';

const words = messages.sources;

export function AddProviderDialog({ onClose }: { onClose: () => void }) {
  const queries = useQueryClient();
  const [fields, setFields] = useState({ name: '', address: '', interval: '1440', fingerprints: '' });
  const set = (name: keyof typeof fields) => (_: unknown, value: string) =>
    setFields((old) => ({ ...old, [name]: value }));
  const add = useMutation({
    mutationFn: () =>
      data(
        api.POST('/api/v1/providers', {
          body: {
            name: fields.name.trim(),
            address: fields.address.trim(),
            interval_minutes: Number(fields.interval) || null,
            fingerprints: fields.fingerprints
              .split(/\s*\n\s*/)
              .map((line) => line.trim())
              .filter((line) => line !== ''),
          },
        }),
      ),
    onSuccess: async () => {
      await queries.invalidateQueries();
      onClose();
    },
  });
  return (
    <Dialog
      title={words.addTitle}
      submit={words.add}
      ready={fields.name.trim() !== '' && fields.address.trim() !== ''}
      busy={add.isPending}
      error={add.error}
      onSubmit={() => add.mutate()}
      onClose={onClose}
    >
      <FormGroup label={words.columns.name} fieldId="name" isRequired>
        <TextInput id="name" isRequired maxLength={100} value={fields.name} onChange={set('name')} />
      </FormGroup>
      <FormGroup label={words.columns.address} fieldId="address" isRequired>
        <TextInput id="address" isRequired value={fields.address} onChange={set('address')} />
        <FormHelperText>{words.addressHint}</FormHelperText>
      </FormGroup>
      <FormGroup label={words.interval} fieldId="interval">
        <TextInput id="interval" type="number" min={15} value={fields.interval} onChange={set('interval')} />
      </FormGroup>
      <FormGroup label={words.fingerprints} fieldId="fingerprints">
        <TextArea id="fingerprints" rows={2} value={fields.fingerprints} onChange={set('fingerprints')} />
        <FormHelperText>{words.fingerprintsHint}</FormHelperText>
      </FormGroup>
    </Dialog>
  );
}

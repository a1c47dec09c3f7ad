// Saying what is lost with an asset itself. All dimensions are one change, so its history tells them together.

import { FormGroup, TextInput } from '@patternfly/react-core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, data } from '../../api/client';
import type { Asset, Criticality } from '../../api/types';
import { messages } from '../../messages';
import { Dialog } from '../../parts/Dialog';
import { CriticalityFields, DIMENSIONS } from './CriticalityFields';

const words = messages.criticality;

function knownOf(asset: Asset): Criticality {
  const value = (field: string) => asset.fields.find((one) => one.field === field)?.value ?? null;
  return Object.fromEntries(DIMENSIONS.map((one) => [one, value(`${one}_consequence`)]));
}

export function AssetCriticalityDialog({ asset, onClose }: { asset: Asset; onClose: () => void }) {
  const queries = useQueryClient();
  const [known] = useState(() => knownOf(asset));
  const [criticality, setCriticality] = useState(known);
  const [reason, setReason] = useState('');
  const changed = DIMENSIONS.filter((one) => (criticality[one] ?? null) !== (known[one] ?? null));
  const save = useMutation({
    mutationFn: () =>
      data(
        api.PATCH('/api/v1/assets/{id}', {
          params: { path: { id: asset.id }, header: { 'If-Match': asset.etag } },
          headers: { 'If-Match': asset.etag },
          body: {
            fields: Object.fromEntries(
              changed.map((one) => [`${one}_consequence`, criticality[one] ?? null]),
            ),
            reason: reason.trim(),
          },
        }),
      ),
    onSuccess: async () => {
      onClose();
      await queries.invalidateQueries();
    },
  });
  return (
    <Dialog
      title={words.assetTitle(asset.tag)}
      text={words.text}
      submit={messages.actions.save}
      ready={changed.length > 0}
      busy={save.isPending}
      error={save.error}
      onSubmit={() => save.mutate()}
      onClose={onClose}
    >
      <CriticalityFields value={criticality} onChange={setCriticality} />
      <p className="hp-small hp-muted">{words.rule}</p>
      <FormGroup label={messages.actions.reason} fieldId="reason">
        <TextInput id="reason" maxLength={500} value={reason} onChange={(_, said) => setReason(said)} />
      </FormGroup>
    </Dialog>
  );
}

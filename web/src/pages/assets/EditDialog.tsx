// Changing one value of an asset. What was typed is never lost: when somebody else was quicker, the three values
// stand side by side and the person decides.

import { Button, FormGroup, FormHelperText, TextInput } from '@patternfly/react-core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, data } from '../../api/client';
import { ProblemError } from '../../api/problem';
import type { Asset } from '../../api/types';
import { messages } from '../../messages';
import { Dialog } from '../../parts/Dialog';
import { Facts } from '../../parts/Facts';
import { Said } from '../../parts/MarkText';
import { spoken } from '../../text/words';

const words = messages.assets;

function currentValue(asset: Asset, field: string): string {
  return asset.fields.find((one) => one.field === field)?.value ?? '';
}

export function EditDialog({ asset, field, onClose }: { asset: Asset; field: string; onClose: () => void }) {
  const queries = useQueryClient();
  const [began] = useState(asset);
  const [value, setValue] = useState(() => currentValue(asset, field));
  const [reason, setReason] = useState('');
  const [conflict, setConflict] = useState<Asset>();
  const save = useMutation({
    mutationFn: (etag: string) =>
      data(
        api.PATCH('/api/v1/assets/{id}', {
          params: { path: { id: asset.id }, header: { 'If-Match': etag } },
          headers: { 'If-Match': etag },
          body: { fields: { [field]: value.trim() === '' ? null : value.trim() }, reason },
        }),
      ),
    onSuccess: async () => {
      await queries.invalidateQueries();
      onClose();
    },
    onError: async (error) => {
      if (error instanceof ProblemError && error.status === 412) {
        const now = await data(api.GET('/api/v1/assets/{id}', { params: { path: { id: asset.id } } }));
        setConflict(now);
      }
    },
  });
  const stale = save.error instanceof ProblemError && save.error.status === 412;
  return (
    <Dialog
      title={`${asset.tag}: ${words.editField(spoken(field))}`}
      submit={conflict ? words.conflictAgain : messages.actions.save}
      ready={reason.trim() !== ''}
      busy={save.isPending}
      error={stale ? undefined : save.error}
      onSubmit={() => save.mutate((conflict ?? began).etag)}
      onClose={onClose}
    >
      {conflict && (
        <div role="alert">
          <h3>{words.conflictTitle}</h3>
          <Facts
            rows={[
              [words.conflictBefore, <Said key="b" value={currentValue(began, field)} />],
              [words.conflictNow, <Said key="n" value={currentValue(conflict, field)} />],
              [words.conflictYours, <Said key="y" value={value} />],
            ]}
          />
          <Button
            variant="secondary"
            onClick={() => {
              void queries.invalidateQueries();
              onClose();
            }}
          >
            {words.conflictTake}
          </Button>
        </div>
      )}
      <FormGroup label={spoken(field)} fieldId="value">
        <TextInput id="value" value={value} onChange={(_, next) => setValue(next)} autoFocus />
        <FormHelperText>{words.editEmpty}</FormHelperText>
      </FormGroup>
      <FormGroup label={messages.actions.reason} fieldId="reason" isRequired>
        <TextInput
          id="reason"
          maxLength={500}
          isRequired
          value={reason}
          onChange={(_, next) => setReason(next)}
        />
        <FormHelperText>{messages.actions.reasonNeeded}</FormHelperText>
      </FormGroup>
    </Dialog>
  );
}

// Declining patches: in one baseline, or everywhere; what came of each row.

import { Checkbox, FormGroup, Radio, TextArea } from '@patternfly/react-core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, data } from '../../api/client';
import { messages } from '../../messages';
import { Dialog } from '../../parts/Dialog';
import { RowOutcomes } from '../../parts/RowOutcomes';
import { lines } from '../../text/lines';

const words = messages.baselines;
const names = words.declineForm;

export function DeclineDialog({
  baseline,
  patch = '',
  onClose,
}: {
  baseline?: { readonly id: string; readonly name: string };
  patch?: string;
  onClose: () => void;
}) {
  const queries = useQueryClient();
  const [patches, setPatches] = useState(patch);
  const [everywhere, setEverywhere] = useState(baseline === undefined);
  const [reason, setReason] = useState('');
  const [unseen, setUnseen] = useState(false);
  const send = useMutation({
    mutationFn: () =>
      data(
        api.POST('/api/v1/decisions:reject', {
          body: {
            patches: lines(patches),
            reason: reason.trim(),
            unseen,
            ...(everywhere || !baseline ? {} : { baseline: baseline.id }),
          },
        }),
      ),
    onSuccess: () => queries.invalidateQueries(),
  });
  if (send.data) {
    return (
      <Dialog title={words.done} onClose={onClose}>
        <RowOutcomes
          rows={send.data.items}
          name={(key) => key}
          said={() => (everywhere ? words.asked : words.declinedNow)}
        />
      </Dialog>
    );
  }
  return (
    <Dialog
      title={names.title}
      text={names.text}
      submit={names.send}
      danger
      ready={lines(patches).length > 0 && reason.trim() !== ''}
      busy={send.isPending}
      error={send.error}
      onSubmit={() => send.mutate()}
      onClose={onClose}
    >
      <FormGroup label={names.patches} fieldId="decline-patches" isRequired>
        <TextArea
          id="decline-patches"
          rows={3}
          maxLength={20000}
          value={patches}
          onChange={(_, value) => setPatches(value)}
        />
      </FormGroup>
      <Checkbox
        id="decline-unseen"
        label={names.unseen}
        isChecked={unseen}
        onChange={(_, checked) => setUnseen(checked)}
      />
      {baseline && (
        <FormGroup label={names.where} role="radiogroup" fieldId="decline-where">
          <Radio
            id="decline-here"
            name="decline-where"
            label={names.here(baseline.name)}
            isChecked={!everywhere}
            onChange={() => setEverywhere(false)}
          />
          <Radio
            id="decline-everywhere"
            name="decline-where"
            label={names.everywhere}
            isChecked={everywhere}
            onChange={() => setEverywhere(true)}
          />
        </FormGroup>
      )}
      <FormGroup label={names.reason} fieldId="decline-reason" isRequired>
        <TextArea
          id="decline-reason"
          rows={2}
          maxLength={2000}
          value={reason}
          onChange={(_, value) => setReason(value)}
        />
      </FormGroup>
    </Dialog>
  );
}

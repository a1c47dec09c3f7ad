// Asks for a run of matching: of one advisory, or of one asset.

import { FormGroup, TextInput } from '@patternfly/react-core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, data } from '../../api/client';
import { messages } from '../../messages';
import { Dialog } from '../../parts/Dialog';
import { grouped } from '../../parts/ListBody';

const words = messages.advisoryWork;

export function MatchAgainDialog({
  advisory,
  asset,
  onClose,
}: {
  /** Either the advisory or the asset. */
  advisory?: string;
  asset?: string;
  onClose: () => void;
}) {
  const queries = useQueryClient();
  const [reason, setReason] = useState('');
  const start = useMutation({
    mutationFn: () =>
      data(
        api.POST('/api/v1/runs', {
          body: {
            advisories: advisory === undefined ? [] : [advisory],
            assets: asset === undefined ? [] : [asset],
            reason: reason.trim(),
          },
        }),
      ),
    onSuccess: () => queries.invalidateQueries(),
  });
  const run = start.data;
  return (
    <Dialog
      title={words.againTitle}
      text={advisory === undefined ? words.againAsset : words.againAdvisory}
      submit={run ? undefined : words.again}
      ready={reason.trim().length >= 3}
      busy={start.isPending}
      error={start.error}
      onSubmit={() => start.mutate()}
      onClose={onClose}
    >
      {run ? (
        <div role="status">
          <p>{words.againDone(grouped(run.opened), grouped(run.changed), grouped(run.closed))}</p>
          <p>
            <Link to="/runs" search={{ tab: 'manual', open: String(run.number) }}>
              {words.toRun}
            </Link>
          </p>
        </div>
      ) : (
        <FormGroup label={messages.actions.reason} fieldId="reason" isRequired>
          <TextInput
            id="reason"
            maxLength={2000}
            isRequired
            value={reason}
            onChange={(_, value) => setReason(value)}
          />
        </FormGroup>
      )}
    </Dialog>
  );
}

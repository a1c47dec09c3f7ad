// Taking in a file of policies: first what differs, then proposing it.

import { FormGroup, TextInput } from '@patternfly/react-core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, data } from '../../api/client';
import { messages } from '../../messages';
import { Dialog } from '../../parts/Dialog';
import { FileField } from '../../parts/FileField';
import { spoken } from '../../text/words';
import { Differences } from './Differences';

const words = messages.policies.importing;

export function ImportDialog({ onClose }: { onClose: () => void }) {
  const queries = useQueryClient();
  const [file, setFile] = useState<File>();
  const [reason, setReason] = useState('');
  const look = useMutation({
    mutationFn: async (dry: boolean) => {
      const text = (await file?.text()) ?? '';
      const body = { text, reason: reason.trim(), dry_run: dry };
      return { dry, taken: (await data(api.POST('/api/v1/policies:import', { body }))).items };
    },
    onSuccess: async ({ dry }) => {
      if (!dry) {
        await queries.invalidateQueries();
      }
    },
  });
  const seen = look.data;
  const done = seen !== undefined && !seen.dry;
  const differs = seen?.taken.some((one) => one.changes.length > 0) ?? false;
  const choose = (chosen: File | undefined) => {
    setFile(chosen);
    look.reset();
  };
  return (
    <Dialog
      wide
      title={words.title}
      text={words.text}
      submit={done || (seen && !differs) ? undefined : seen ? words.propose : words.look}
      ready={file !== undefined && (!seen || reason.trim().length >= 3)}
      busy={look.isPending}
      error={look.error}
      onSubmit={() => look.mutate(seen === undefined)}
      onClose={onClose}
    >
      {!done && (
        <FileField label={words.file} hint={words.hint} accept=".toml,.txt" file={file} onFile={choose} />
      )}
      {seen && (
        <ul className="hp-plain-list" aria-label={words.rows}>
          {seen.taken.map((one) => (
            <li key={one.line}>
              <strong>{[spoken(one.kind), one.site].filter(Boolean).join(', ')}</strong>:{' '}
              {one.proposed
                ? words.proposed(one.proposed)
                : one.changes.length === 0
                  ? words.same
                  : words.differs(one.changes.length)}
              {!done && one.changes.length > 0 && <Differences changes={one.changes} />}
            </li>
          ))}
        </ul>
      )}
      {seen?.dry && differs && (
        <FormGroup label={words.reason} fieldId="reason" isRequired>
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

// Setting statuses: first what would change, then exactly that. If something else would change by then, the server
// refuses and nothing is set.

import { FormGroup, Radio, TextInput } from '@patternfly/react-core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, data } from '../../api/client';
import type { SetOutcome } from '../../api/types';
import { messages } from '../../messages';
import { Dialog } from '../../parts/Dialog';
import { grouped } from '../../parts/ListBody';
import { MarkText } from '../../parts/MarkText';
import { statusMark } from '../../text/words';

const words = messages.remediation;
const STATES = ['not_remediated', 'in_progress', 'done'] as const;
/** Rows of the preview that are shown. */
const SHOWN = 8;

export function SetDialog({
  advisory,
  filter,
  onClose,
}: {
  advisory: string;
  filter: string;
  onClose: () => void;
}) {
  const queries = useQueryClient();
  const [state, setState] = useState<string>('in_progress');
  const [reason, setReason] = useState('');
  const body = { advisory, state, reason: reason.trim(), ...(filter === '' ? {} : { filter }) };
  const look = useMutation({ mutationFn: () => data(api.POST('/api/v1/remediations:preview', { body })) });
  const set = useMutation({
    mutationFn: (expected: number) =>
      data(api.POST('/api/v1/remediations:set', { body: { ...body, expected } })),
    onSuccess: () => queries.invalidateQueries(),
  });
  const preview = look.data;
  const ready = reason.trim().length >= 3;
  const submit = set.data
    ? undefined
    : preview === undefined
      ? words.look
      : preview.changes > 0
        ? words.apply(grouped(preview.changes))
        : undefined;
  const forget = () => {
    look.reset();
    set.reset();
  };
  return (
    <Dialog
      title={words.setTitle}
      text={words.setText}
      submit={submit}
      ready={ready}
      busy={look.isPending || set.isPending}
      error={set.error ?? look.error}
      onSubmit={() => (preview ? set.mutate(preview.changes) : look.mutate())}
      onClose={onClose}
    >
      {set.data ? (
        <p role="status">{words.did(grouped(set.data.changes), grouped(set.data.assets))}</p>
      ) : (
        <>
          {filter !== '' && <code className="hp-break">{filter}</code>}
          <FormGroup role="radiogroup" label={words.newState} fieldId="state">
            {STATES.map((one) => (
              <Radio
                key={one}
                id={`state-${one}`}
                name="state"
                label={<MarkText mark={statusMark(one)} />}
                isChecked={state === one}
                onChange={() => {
                  setState(one);
                  forget();
                }}
              />
            ))}
          </FormGroup>
          <FormGroup label={words.reason} fieldId="reason" isRequired>
            <TextInput
              id="reason"
              maxLength={2000}
              isRequired
              value={reason}
              onChange={(_, value) => setReason(value)}
            />
          </FormGroup>
          {preview && <Preview outcome={preview} />}
        </>
      )}
    </Dialog>
  );
}

function Preview({ outcome }: { outcome: SetOutcome }) {
  if (outcome.changes === 0) {
    return <p role="status">{words.nothing}</p>;
  }
  const rest = outcome.changes - Math.min(SHOWN, outcome.shown.length);
  return (
    <div role="status" className="hp-preview">
      <p>{words.would(grouped(outcome.changes), grouped(outcome.assets), grouped(outcome.already))}</p>
      <ul className="hp-plain-list">
        {outcome.shown.slice(0, SHOWN).map((line) => (
          <li key={`${line.vulnerability} ${line.asset_id}`}>
            {line.asset_tag} <span className="hp-mono">{line.vulnerability}</span>{' '}
            <MarkText mark={statusMark(line.state)} />
          </li>
        ))}
        {rest > 0 && <li className="hp-muted">{words.andMore(grouped(rest))}</li>}
      </ul>
    </div>
  );
}

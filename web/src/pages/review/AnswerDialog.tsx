// An answer to one question or to many: the reason, how far it reaches, until when; and then what it did.

import { FormGroup, Radio, TextInput } from '@patternfly/react-core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, data } from '../../api/client';
import type { Question } from '../../api/types';
import { messages } from '../../messages';
import { Dialog } from '../../parts/Dialog';
import { nameLine } from './ReviewPage';

const words = messages.review;

export type Verdict = 'same' | 'different';

export function AnswerDialog({
  verdict,
  questions,
  onDone,
  onClose,
}: {
  verdict: Verdict;
  questions: readonly Question[];
  /** The answer was taken. */
  onDone: () => void;
  onClose: () => void;
}) {
  const queries = useQueryClient();
  // What is asked is kept: the list behind changes as soon as the answer is taken.
  const [asked] = useState(questions);
  const [reason, setReason] = useState('');
  const [expires, setExpires] = useState('');
  const [scope, setScope] = useState<'names' | 'suggested'>('names');
  const widens = verdict === 'same' && asked.some((question) => question.suggests_kind !== 'names');
  const decide = useMutation({
    mutationFn: () =>
      data(
        api.POST('/api/v1/review:decide', {
          body: {
            keys: asked.map((question) => question.key),
            verdict,
            reason: reason.trim(),
            scope,
            ...(expires === '' ? {} : { expires_at: expires }),
          },
        }),
      ),
    onSuccess: async () => {
      onDone();
      await queries.invalidateQueries();
    },
  });
  const done = decide.data?.items;
  return (
    <Dialog
      title={verdict === 'same' ? words.sameTitle(asked.length) : words.differentTitle(asked.length)}
      text={verdict === 'same' ? words.sameText : words.differentText}
      submit={done ? undefined : verdict === 'same' ? words.same : words.different}
      ready={reason.trim().length >= 3}
      busy={decide.isPending}
      error={decide.error}
      onSubmit={() => decide.mutate()}
      onClose={onClose}
    >
      {done ? (
        <Done settled={done} />
      ) : (
        <>
          <ul className="hp-list">
            {asked.slice(0, 5).map((question) => (
              <li key={question.key}>
                {nameLine(question.ours)} <span className="hp-muted">/</span> {nameLine(question.theirs)}
              </li>
            ))}
            {asked.length > 5 && <li className="hp-muted">{words.andMore(asked.length - 5)}</li>}
          </ul>
          {widens && (
            <FormGroup role="radiogroup" label={words.reaches} fieldId="scope">
              <Radio
                id="scope-names"
                name="scope"
                label={words.reachesNames}
                isChecked={scope === 'names'}
                onChange={() => setScope('names')}
              />
              <Radio
                id="scope-suggested"
                name="scope"
                label={words.reachesSuggested}
                isChecked={scope === 'suggested'}
                onChange={() => setScope('suggested')}
              />
            </FormGroup>
          )}
          <FormGroup label={words.reason} fieldId="reason" isRequired>
            <TextInput
              id="reason"
              maxLength={2000}
              isRequired
              autoFocus
              value={reason}
              onChange={(_, value) => setReason(value)}
            />
          </FormGroup>
          <FormGroup label={words.expires} fieldId="expires">
            <TextInput id="expires" type="date" value={expires} onChange={(_, value) => setExpires(value)} />
          </FormGroup>
        </>
      )}
    </Dialog>
  );
}

interface Settled {
  readonly rule: string;
  readonly state: string;
  readonly matches: { opened: number; changed: number; closed: number };
}

function Done({ settled }: { settled: readonly Settled[] }) {
  const sum = (what: 'opened' | 'changed' | 'closed') =>
    settled.reduce((total, one) => total + one.matches[what], 0);
  const waits = settled.some((one) => one.state === 'proposed');
  return (
    <div role="status">
      <p>{waits ? words.waits : words.done(sum('changed'), sum('opened'), sum('closed'))}</p>
      <p>
        <Link to="/rules" search={{ open: settled[0]?.rule ?? '' }}>
          {words.toRule}
        </Link>
      </p>
    </div>
  );
}

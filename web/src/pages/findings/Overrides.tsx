// A person's word on a decision point: saying another value with a reason and an end, what was said, and taking it back.

import { FormGroup, FormSelect, FormSelectOption, TextArea, TextInput } from '@patternfly/react-core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, data } from '../../api/client';
import { useMay } from '../../api/session';
import type { Priority } from '../../api/types';
import { messages } from '../../messages';
import { Dialog } from '../../parts/Dialog';
import { Section } from '../../parts/Facts';
import { When } from '../../parts/MarkText';
import { useShownZone } from '../../shown';
import { dayAfter } from '../../text/endOfDay';
import { pointValues, pointWords, rankText } from '../../words/findings';

const words = messages.findings.override;

type Question = Priority['questions'][number];
type Word = Priority['overrides'][number];

/** How long a word holds when nobody says otherwise; a year is the most. */
const USUAL_DAYS = 90;
const MOST_DAYS = 365;

export function OverrideDialog({
  finding,
  question,
  onClose,
}: {
  finding: string;
  question: Question;
  onClose: () => void;
}) {
  const queries = useQueryClient();
  const { now } = useShownZone();
  const values = pointValues[question.point] ?? [];
  const [value, setValue] = useState('');
  const [scope, setScope] = useState('finding');
  const [expires, setExpires] = useState(() => dayAfter(now, USUAL_DAYS));
  const [reason, setReason] = useState('');
  const send = useMutation({
    mutationFn: () =>
      data(
        api.POST('/api/v1/findings/{id}/overrides', {
          params: { path: { id: finding } },
          body: { point: question.point, value, scope, expires, reason: reason.trim() },
        }),
      ),
    onSuccess: async () => {
      onClose();
      await queries.invalidateQueries();
    },
  });
  return (
    <Dialog
      title={words.title(pointWords[question.point] ?? question.point)}
      text={words.text}
      submit={words.submit}
      ready={value !== '' && expires !== '' && reason.trim().length >= 3}
      busy={send.isPending}
      error={send.error}
      onSubmit={() => send.mutate()}
      onClose={onClose}
    >
      <p>{words.now(rankText(question.possible), question.source)}</p>
      <FormGroup label={words.value} fieldId="override-value" isRequired>
        <FormSelect id="override-value" value={value} onChange={(_, chosen) => setValue(chosen)}>
          <FormSelectOption value="" label={words.choose} isDisabled />
          {values.map((one) => (
            <FormSelectOption key={one} value={one} label={rankText(one)} />
          ))}
        </FormSelect>
      </FormGroup>
      <FormGroup label={words.scope} fieldId="override-scope">
        <FormSelect id="override-scope" value={scope} onChange={(_, chosen) => setScope(chosen)}>
          {Object.entries(words.scopes).map(([key, label]) => (
            <FormSelectOption key={key} value={key} label={label} />
          ))}
        </FormSelect>
      </FormGroup>
      <FormGroup label={words.expires} fieldId="override-expires" isRequired>
        <TextInput
          id="override-expires"
          type="date"
          min={dayAfter(now, 1)}
          max={dayAfter(now, MOST_DAYS)}
          value={expires}
          onChange={(_, day) => setExpires(day)}
        />
      </FormGroup>
      <FormGroup label={messages.actions.reason} fieldId="override-reason" isRequired>
        <TextArea
          id="override-reason"
          maxLength={2000}
          value={reason}
          onChange={(_, said) => setReason(said)}
        />
      </FormGroup>
    </Dialog>
  );
}

/** What people said, what stands of it first. */
export function OverrideList({ all, mayEnd }: { all: readonly Word[]; mayEnd: boolean }) {
  const [ending, setEnding] = useState<Word>();
  const [confirming, setConfirming] = useState<Word>();
  const [keeping, setKeeping] = useState<Word>();
  const mayConfirm = useMay('approve');
  if (all.length === 0) {
    return null;
  }
  const rows = [...all].sort((one, other) => Number(Boolean(one.ended)) - Number(Boolean(other.ended)));
  return (
    <Section title={words.list}>
      <ul className="hp-plain-list">
        {rows.map((one) => (
          <li key={one.id}>
            <strong>{pointWords[one.point] ?? one.point}</strong> {rankText(one.value)}
            {', '}
            {words.scopes[one.scope] ?? one.scope}
            <div className="hp-small hp-muted">
              {one.author}, <When at={one.at} dayOnly />: {one.reason}
            </div>
            <div className="hp-small">
              {one.ended ? (
                <span className="hp-muted">
                  {words.ended} <When at={one.ended} dayOnly />
                  {one.ended_by ? `, ${one.ended_by}` : ''}
                  {one.end_reason ? `: ${one.end_reason}` : ''}
                </span>
              ) : (
                <>
                  {words.until} {one.expires ? <When at={one.expires} dayOnly /> : '?'}{' '}
                  {one.confirmed_by ? words.confirmedBy(one.confirmed_by) : words.raisesOnly}{' '}
                  {one.end_asked_by && words.endAsked(one.end_asked_by, one.end_asked_reason ?? '?')}{' '}
                  {mayConfirm && (!one.confirmed_by || one.end_asked_by) && (
                    <button type="button" className="hp-link" onClick={() => setConfirming(one)}>
                      {words.confirm}
                    </button>
                  )}{' '}
                  {mayConfirm && one.end_asked_by && (
                    <button type="button" className="hp-link" onClick={() => setKeeping(one)}>
                      {words.keep}
                    </button>
                  )}{' '}
                  {mayEnd && !one.end_asked_by && (
                    <button type="button" className="hp-link" onClick={() => setEnding(one)}>
                      {words.end}
                    </button>
                  )}
                </>
              )}
            </div>
          </li>
        ))}
      </ul>
      {ending && (
        <WordDialog
          one={ending}
          deed="end"
          names={{ title: words.endTitle, text: words.endText, submit: words.end }}
          onClose={() => setEnding(undefined)}
        />
      )}
      {confirming && (
        <WordDialog
          one={confirming}
          deed="confirm"
          names={
            confirming.end_asked_by
              ? { title: words.confirmEndTitle, text: words.endText, submit: words.confirm }
              : { title: words.confirmTitle, text: words.confirmText, submit: words.confirm }
          }
          onClose={() => setConfirming(undefined)}
        />
      )}
      {keeping && (
        <WordDialog
          one={keeping}
          deed="keep"
          names={{ title: words.keepTitle, text: words.keepText, submit: words.keep }}
          onClose={() => setKeeping(undefined)}
        />
      )}
    </Section>
  );
}

const DEEDS = {
  end: '/api/v1/overrides/{id}/end',
  confirm: '/api/v1/overrides/{id}/confirm',
  keep: '/api/v1/overrides/{id}/keep',
} as const;

function WordDialog({
  one,
  deed,
  names,
  onClose,
}: {
  one: Word;
  deed: keyof typeof DEEDS;
  names: { title: (point: string) => string; text: string; submit: string };
  onClose: () => void;
}) {
  const queries = useQueryClient();
  const [reason, setReason] = useState('');
  const send = useMutation({
    mutationFn: () =>
      api.POST(DEEDS[deed], {
        params: { path: { id: one.id } },
        body: { reason: reason.trim() },
      }),
    onSuccess: async () => {
      onClose();
      await queries.invalidateQueries();
    },
  });
  return (
    <Dialog
      title={names.title(pointWords[one.point] ?? one.point)}
      text={names.text}
      submit={names.submit}
      ready={reason.trim().length >= 3}
      busy={send.isPending}
      error={send.error}
      onSubmit={() => send.mutate()}
      onClose={onClose}
    >
      <FormGroup label={messages.actions.reason} fieldId={`${deed}-reason`} isRequired>
        <TextInput
          id={`${deed}-reason`}
          maxLength={2000}
          isRequired
          value={reason}
          onChange={(_, said) => setReason(said)}
        />
      </FormGroup>
    </Dialog>
  );
}

/** The button beside a question, for those who may answer it otherwise. */
export function SayOtherwise({
  question,
  onSay,
}: {
  question: Question;
  onSay: (question: Question) => void;
}) {
  return (
    <button
      type="button"
      className="hp-link hp-small"
      aria-label={words.sayOn(pointWords[question.point] ?? question.point)}
      onClick={() => onSay(question)}
    >
      {words.say}
    </button>
  );
}

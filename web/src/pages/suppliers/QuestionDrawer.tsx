// One question: what was asked, every step since, and what can be done next.

import { Button, FormGroup, FormSelect, FormSelectOption, TextArea, TextInput } from '@patternfly/react-core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, data } from '../../api/client';
import { may, useSession } from '../../api/session';
import type { SupplierQuestion } from '../../api/types';
import { messages } from '../../messages';
import { Dialog } from '../../parts/Dialog';
import { Drawer } from '../../parts/Drawer';
import { Facts, Section } from '../../parts/Facts';
import { MarkText, NotApplicable, When } from '../../parts/MarkText';
import { ProblemNote } from '../../parts/ProblemNote';
import { questionMark } from '../../text/words';

const words = messages.suppliers;
const states = messages.words.supplierState;

/** What a question is about, on one line. */
export function about(question: SupplierQuestion): string {
  const parts = [
    question.patch,
    question.product,
    question.version,
    question.order_number,
    question.reference,
  ];
  return parts.filter(Boolean).join(' · ');
}

type Deed = 'reminded' | 'escalated' | 'closed' | 'answered';

export function QuestionDrawer({ id, onClose }: { id: string; onClose: () => void }) {
  const session = useSession().data;
  const [deed, setDeed] = useState<Deed>();
  const asked = useQuery({
    queryKey: ['question', id],
    queryFn: () => data(api.GET('/api/v1/questions/{id}', { params: { path: { id } } })),
  });
  const question = asked.data?.question;
  const mayAct = may(session, 'write-advisories') || may(session, 'approve');
  return (
    <Drawer title={question?.supplier ?? ''} kicker={question && about(question)} onClose={onClose}>
      {asked.error && <ProblemNote error={asked.error} onRetry={() => void asked.refetch()} />}
      {question && (
        <>
          <p>{question.text}</p>
          <Facts
            rows={[
              [
                words.columns.state,
                <MarkText key="s" mark={questionMark(question.overdue ? 'overdue' : question.state)} />,
              ],
              [words.columns.due, <When key="d" at={question.due_at} />],
              [words.askedBy, question.asked_by],
              [words.contact, question.contact ?? <NotApplicable key="c" />],
            ]}
          />
          {mayAct && question.state !== 'closed' && (
            <div className="hp-actions">
              <Button size="sm" onClick={() => setDeed('answered')}>
                {words.answer}
              </Button>
              {question.state === 'open' && (
                <>
                  <Button size="sm" variant="secondary" onClick={() => setDeed('reminded')}>
                    {words.remind}
                  </Button>
                  <Button size="sm" variant="secondary" onClick={() => setDeed('escalated')}>
                    {words.escalate}
                  </Button>
                </>
              )}
              <Button size="sm" variant="link" onClick={() => setDeed('closed')}>
                {words.close}
              </Button>
            </div>
          )}
          <Section title={words.steps}>
            <ul className="hp-list">
              {asked.data?.steps.map((step) => (
                <li key={`${step.at} ${step.deed}`}>
                  <When at={step.at} /> {words.deeds[step.deed] ?? step.deed}, {step.by}
                  {step.note && <>: {step.note}</>}
                </li>
              ))}
            </ul>
          </Section>
          {deed && deed !== 'answered' && (
            <NoteDialog id={id} deed={deed} onClose={() => setDeed(undefined)} />
          )}
          {deed === 'answered' && <AnswerDialog question={question} onClose={() => setDeed(undefined)} />}
        </>
      )}
    </Drawer>
  );
}

function NoteDialog({
  id,
  deed,
  onClose,
}: {
  id: string;
  deed: Exclude<Deed, 'answered'>;
  onClose: () => void;
}) {
  const queries = useQueryClient();
  const [note, setNote] = useState('');
  const send = useMutation({
    mutationFn: () =>
      data(
        api.POST('/api/v1/questions/{id}/notes', {
          params: { path: { id } },
          body: { deed, note: note.trim() },
        }),
      ),
    onSuccess: async () => {
      onClose();
      await queries.invalidateQueries();
    },
  });
  return (
    <Dialog
      title={words.deeds[deed] ?? deed}
      submit={words.deeds[deed] ?? deed}
      ready={deed === 'reminded' || note.trim() !== ''}
      busy={send.isPending}
      error={send.error}
      onSubmit={() => send.mutate()}
      onClose={onClose}
    >
      <FormGroup label={deed === 'reminded' ? words.note : words.why} fieldId="note">
        <TextArea id="note" rows={3} maxLength={10000} value={note} onChange={(_, value) => setNote(value)} />
      </FormGroup>
    </Dialog>
  );
}

function AnswerDialog({ question, onClose }: { question: SupplierQuestion; onClose: () => void }) {
  const queries = useQueryClient();
  const [text, setText] = useState('');
  const [state, setState] = useState('');
  const [word, setWord] = useState('');
  const [conditions, setConditions] = useState('');
  const canState = question.patch && question.product;
  const send = useMutation({
    mutationFn: () =>
      data(
        api.POST('/api/v1/questions/{id}/answer', {
          params: { path: { id: question.id } },
          body: { text: text.trim(), word, conditions, ...(state === '' ? {} : { state }) },
        }),
      ),
    onSuccess: async () => {
      onClose();
      await queries.invalidateQueries();
    },
  });
  return (
    <Dialog
      title={words.answer}
      submit={words.answer}
      ready={text.trim() !== '' && (state === '' || state === 'unknown' || word.trim() !== '')}
      busy={send.isPending}
      error={send.error}
      onSubmit={() => send.mutate()}
      onClose={onClose}
    >
      <FormGroup label={words.answerText} fieldId="answer" isRequired>
        <TextArea
          id="answer"
          rows={3}
          maxLength={10000}
          value={text}
          onChange={(_, value) => setText(value)}
        />
      </FormGroup>
      {canState && (
        <FormGroup label={words.answerState} fieldId="answer-state">
          <FormSelect id="answer-state" value={state} onChange={(_, value) => setState(value)}>
            <FormSelectOption value="" label={words.nothing} />
            {Object.entries(states).map(([key, label]) => (
              <FormSelectOption key={key} value={key} label={label} />
            ))}
          </FormSelect>
        </FormGroup>
      )}
      {state !== '' && (
        <>
          <FormGroup label={words.word} fieldId="answer-word">
            <TextInput
              id="answer-word"
              maxLength={2000}
              value={word}
              onChange={(_, value) => setWord(value)}
            />
          </FormGroup>
          <FormGroup label={words.conditions} fieldId="answer-conditions">
            <TextInput
              id="answer-conditions"
              maxLength={2000}
              value={conditions}
              onChange={(_, value) => setConditions(value)}
            />
          </FormGroup>
        </>
      )}
    </Dialog>
  );
}

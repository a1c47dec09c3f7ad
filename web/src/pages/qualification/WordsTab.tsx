// Words of suppliers that nobody has explained: each is a task, and until it is done what rests on it is unknown.

import { FormGroup, FormSelect, FormSelectOption, TextInput } from '@patternfly/react-core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, data } from '../../api/client';
import { may, useSession } from '../../api/session';
import type { WaitingWord } from '../../api/types';
import { messages } from '../../messages';
import { Dialog } from '../../parts/Dialog';
import { Empty } from '../../parts/Empty';
import { grouped } from '../../parts/ListBody';
import { When } from '../../parts/MarkText';
import { ProblemNote } from '../../parts/ProblemNote';
import { WholeTable } from '../../parts/WholeTable';

const words = messages.qualification.words;
const states = messages.words.supplierState;
const STATES = ['available', 'in_test', 'not_approved', 'not_applicable', 'approved', 'released'] as const;

export function WordsTab() {
  const session = useSession().data;
  const [asked, setAsked] = useState<WaitingWord>();
  const list = useQuery({
    queryKey: ['statement-words'],
    queryFn: () => data(api.GET('/api/v1/statements:words')),
  });
  if (list.error) {
    return <ProblemNote error={list.error} onRetry={() => void list.refetch()} />;
  }
  const items = list.data?.items ?? [];
  if (list.data && items.length === 0) {
    return (
      <Empty title={words.none}>
        <p>{words.noneText}</p>
      </Empty>
    );
  }
  const mayExplain = may(session, 'write-rules') || may(session, 'approve');
  return (
    <>
      <WholeTable
        label={messages.qualification.tabs.words}
        note={words.note}
        rows={items}
        rowKey={(one) => `${one.publisher} ${one.mapping} ${one.word}`}
        columns={[
          { title: words.publisher, render: (one) => one.publisher },
          {
            title: words.word,
            render: (one) =>
              one.word ? (
                <span title={one.word}>“{one.word}”</span>
              ) : (
                <span className="hp-muted">{words.emptyCell}</span>
              ),
          },
          { title: words.statements, right: true, render: (one) => grouped(one.statements) },
          { title: words.patches, right: true, render: (one) => grouped(one.patches) },
          {
            title: words.example,
            render: (one) => (
              <Link to="/patches" search={{ open: one.example }}>
                {one.example}
              </Link>
            ),
          },
          { title: words.since, render: (one) => <When at={one.since} dayOnly /> },
          {
            title: '',
            render: (one) =>
              mayExplain &&
              one.mapping &&
              one.word && (
                <button
                  type="button"
                  className="hp-link"
                  aria-label={words.explainWord(one.word)}
                  onClick={() => setAsked(one)}
                >
                  {words.explain}
                </button>
              ),
          },
        ]}
      />
      {asked && <ExplainDialog asked={asked} onClose={() => setAsked(undefined)} />}
    </>
  );
}

function ExplainDialog({ asked, onClose }: { asked: WaitingWord; onClose: () => void }) {
  const queries = useQueryClient();
  const [state, setState] = useState('');
  const [reason, setReason] = useState('');
  const explain = useMutation({
    mutationFn: () =>
      data(
        api.POST('/api/v1/statements:explain', {
          body: { mapping: asked.mapping ?? '', word: asked.word ?? '', state, reason: reason.trim() },
        }),
      ),
    onSuccess: async () => {
      onClose();
      await queries.invalidateQueries();
    },
  });
  return (
    <Dialog
      title={words.dialog(asked.word ?? '')}
      text={words.dialogText}
      submit={words.submit}
      ready={state !== '' && reason.trim().length >= 3}
      busy={explain.isPending}
      error={explain.error}
      onSubmit={() => explain.mutate()}
      onClose={onClose}
    >
      <FormGroup label={words.state} fieldId="state" isRequired>
        <FormSelect id="state" value={state} onChange={(_, value) => setState(value)}>
          <FormSelectOption value="" label={words.choose} isDisabled />
          {STATES.map((one) => (
            <FormSelectOption key={one} value={one} label={states[one]} />
          ))}
        </FormSelect>
      </FormGroup>
      <FormGroup label={words.reason} fieldId="reason" isRequired>
        <TextInput
          id="reason"
          maxLength={500}
          isRequired
          value={reason}
          onChange={(_, value) => setReason(value)}
        />
      </FormGroup>
    </Dialog>
  );
}

// One revision: who wrote it and why, how it differs from any other, and publishing or rejecting it.

import { Button, FormGroup, FormSelect, FormSelectOption, TextArea } from '@patternfly/react-core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, data } from '../../api/client';
import { useMay, useSession } from '../../api/session';
import type { PolicyRevision, PolicyShown } from '../../api/types';
import { messages } from '../../messages';
import { Dialog } from '../../parts/Dialog';
import { Drawer } from '../../parts/Drawer';
import { Facts, Section } from '../../parts/Facts';
import { MarkText, NotApplicable, When } from '../../parts/MarkText';
import { ProblemNote } from '../../parts/ProblemNote';
import { Sentence } from '../../parts/Sentence';
import { policyStateMark } from '../../text/decisions';
import { Differences, LineChanges } from './Differences';

const words = messages.policies;
const names = words.columns;
const here = words.drawer;

type Deed = 'publish' | 'reject';

export function RevisionDrawer({
  kind,
  number,
  onClose,
}: {
  kind: string;
  number: number;
  onClose: () => void;
}) {
  const [deed, setDeed] = useState<Deed>();
  const me = useSession().data?.user.name;
  const mayApprove = useMay('approve');
  const mayAsk = useMay('write-decisions');
  const found = useQuery({
    queryKey: ['policy-revision', kind, number],
    queryFn: () =>
      data(api.GET('/api/v1/policies/{kind}/revisions/{number}', { params: { path: { kind, number } } })),
  });
  const shown = found.data;
  const waits = shown?.written?.state === 'proposed';
  const mine = shown?.written?.author === me;
  return (
    <Drawer
      title={here.title(number)}
      kicker={shown?.title}
      onClose={onClose}
      actions={
        waits && (
          <>
            {shown.cannot_publish.length === 0 && (
              <Button size="sm" onClick={() => setDeed('publish')}>
                {here.publish}
              </Button>
            )}
            {(mayApprove || mayAsk || mine) && (
              <Button size="sm" variant="secondary" onClick={() => setDeed('reject')}>
                {mine ? here.withdraw : here.reject}
              </Button>
            )}
          </>
        )
      }
    >
      {found.error && <ProblemNote error={found.error} onRetry={() => void found.refetch()} />}
      {shown && <RevisionText shown={shown} />}
      {shown?.written && <Compare kind={kind} written={shown.written} />}
      {shown && (
        <details className="hp-raw hp-section">
          <summary>{here.text}</summary>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
          <pre className="hp-mono" tabIndex={0}>
            {shown.text}
          </pre>
        </details>
      )}
      {deed && (
        <DeedDialog kind={kind} number={number} deed={deed} mine={mine} onClose={() => setDeed(undefined)} />
      )}
    </Drawer>
  );
}

function RevisionText({ shown }: { shown: PolicyShown }) {
  const one = shown.written;
  if (!one) {
    return <p className="hp-prose">{words.broughtBy}</p>;
  }
  return (
    <>
      <Facts
        rows={[
          [names.state, <MarkText key="s" mark={policyStateMark(one.state)} />],
          [names.where, one.site ?? words.allSites],
          [names.reason, one.reason],
          [names.author, one.author],
          [names.proposed, <When key="p" at={one.proposed_at} />],
          [here.against, words.revision(one.base)],
          [names.from, one.holds_from ? <When key="f" at={one.holds_from} /> : <NotApplicable key="f" />],
          [
            names.closed,
            one.closed_at ? (
              <span key="c">
                {one.closed_by ?? ''} <When at={one.closed_at} />
                {one.note ? `: ${one.note}` : ''}
              </span>
            ) : (
              <NotApplicable key="c" />
            ),
          ],
        ]}
      />
      {one.state === 'proposed' && shown.cannot_publish.length > 0 && (
        <Section title={here.cannot}>
          <ul className="hp-plain-list">
            {shown.cannot_publish.map((why) => (
              <li key={why}>
                <span aria-hidden="true">△ </span>
                <Sentence text={why} />
              </li>
            ))}
          </ul>
        </Section>
      )}
    </>
  );
}

/** The difference to the revision that it was written against, or to any other. */
function Compare({ kind, written }: { kind: string; written: PolicyRevision }) {
  const [from, setFrom] = useState(written.base);
  const others = Array.from({ length: written.revision }, (_, at) => at);
  const diff = useQuery({
    queryKey: ['policy-diff', kind, from, written.revision],
    queryFn: () =>
      data(
        api.GET('/api/v1/policies/{kind}/diff', {
          params: { path: { kind }, query: { from, to: written.revision } },
        }),
      ),
  });
  return (
    <Section title={here.changes}>
      <FormGroup label={here.compare} fieldId="compare-from">
        <FormSelect id="compare-from" value={from} onChange={(_, value) => setFrom(Number(value))}>
          {others.map((one) => (
            <FormSelectOption key={one} value={one} label={words.revision(one)} />
          ))}
        </FormSelect>
      </FormGroup>
      {diff.error && <ProblemNote error={diff.error} onRetry={() => void diff.refetch()} />}
      {diff.data &&
        (diff.data.changes.length === 0 ? (
          <p>{here.noChanges}</p>
        ) : (
          <>
            <Differences changes={diff.data.changes} />
            <details className="hp-raw">
              <summary>{here.lines}</summary>
              <LineChanges lines={diff.data.lines} />
            </details>
          </>
        ))}
    </Section>
  );
}

function DeedDialog({
  kind,
  number,
  deed,
  mine,
  onClose,
}: {
  kind: string;
  number: number;
  deed: Deed;
  mine: boolean;
  onClose: () => void;
}) {
  const queries = useQueryClient();
  const [said, setSaid] = useState('');
  const path = { kind, number };
  const act = useMutation({
    mutationFn: () =>
      deed === 'publish'
        ? data(
            api.POST('/api/v1/policies/{kind}/revisions/{number}/publish', {
              params: { path },
              body: { note: said.trim() },
            }),
          )
        : data(
            api.POST('/api/v1/policies/{kind}/revisions/{number}/reject', {
              params: { path },
              body: { reason: said.trim() },
            }),
          ),
    onSuccess: async () => {
      onClose();
      await queries.invalidateQueries();
    },
  });
  const publish = deed === 'publish';
  return (
    <Dialog
      title={publish ? here.publishTitle : here.rejectTitle}
      text={publish ? here.publishText : here.rejectText}
      submit={publish ? here.publish : mine ? here.withdraw : here.reject}
      ready={publish || said.trim().length >= 3}
      busy={act.isPending}
      error={act.error}
      onSubmit={() => act.mutate()}
      onClose={onClose}
    >
      <FormGroup label={publish ? here.note : messages.actions.reason} fieldId="said" isRequired={!publish}>
        <TextArea id="said" maxLength={2000} value={said} onChange={(_, value) => setSaid(value)} />
      </FormGroup>
    </Dialog>
  );
}

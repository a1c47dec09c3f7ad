// An advisory beside the list: what it is, what it says, what it touches.

import { Button } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, data } from '../../api/client';
import type { Advisory } from '../../api/types';
import { messages } from '../../messages';
import { CountLink } from '../../parts/Counts';
import { Drawer } from '../../parts/Drawer';
import { Facts, Section } from '../../parts/Facts';
import { MarkText, Said, When } from '../../parts/MarkText';
import { ProblemNote } from '../../parts/ProblemNote';
import { isSilent, signatureMark, spoken, standingMark } from '../../text/words';
import { useView } from '../../view';
import { isEveryAssetCompared, useNotCompared } from '../assets/unspoken';
import { useMark } from '../impact/AdvisoryActions';

const words = messages.advisories.columns;

export function useAdvisory(id: string, asOf: string | undefined) {
  return useQuery({
    queryKey: ['advisory', id, asOf],
    queryFn: () =>
      data(api.GET('/api/v1/advisories/{id}', { params: { path: { id }, query: { as_of: asOf } } })),
  });
}

export function AdvisoryDrawer({ id, onClose }: { id: string; onClose: () => void }) {
  const [view] = useView();
  const advisory = useAdvisory(id, view.as_of);
  const found = advisory.data;
  const mark = useMark();
  const asOf = view.as_of ? { as_of: view.as_of } : {};
  return (
    <Drawer
      title={found?.title ?? id}
      kicker={found && `${found.tracking_id} · ${found.publisher}`}
      onClose={onClose}
      actions={
        <>
          {found && !view.as_of && (
            <Button
              size="sm"
              variant="secondary"
              isLoading={mark.isPending}
              onClick={() => mark.mutate({ advisories: [found.id], mark: found.read ? 'unread' : 'read' })}
            >
              {found.read ? messages.advisoryWork.markUnread : messages.advisoryWork.markRead}
            </Button>
          )}
          <Link className="pf-v6-c-button pf-m-primary pf-m-small" to={`/advisories/${id}`} search={asOf}>
            {messages.advisories.impact}
          </Link>
        </>
      }
    >
      {advisory.error && <ProblemNote error={advisory.error} onRetry={() => void advisory.refetch()} />}
      {found && <Summary advisory={found} asOf={asOf} />}
    </Drawer>
  );
}

function Summary({ advisory, asOf }: { advisory: Advisory; asOf: { as_of?: string } }) {
  const to = `/advisories/${advisory.id}`;
  const count = (verdict: 'yes' | 'unknown', label: string) => (
    <CountLink
      value={advisory.assets[verdict]}
      to={to}
      search={{ filter: `verdict:${verdict}`, ...asOf }}
      label={label}
      unsure={verdict === 'unknown'}
    />
  );
  const compared = isEveryAssetCompared(useNotCompared('', asOf.as_of));
  const silent = advisory.assets.yes + advisory.assets.unknown === 0;
  const notes = advisory.notes
    .filter((note) => ['summary', 'description'].includes(note.category))
    .slice(0, 2);
  return (
    <>
      {silent && (!compared || advisory.outcomes.not_understood > 0) && (
        <p className="hp-tone-unsure">? {messages.advisories.unrecognised}.</p>
      )}
      <Facts
        rows={[
          [words.affected, count('yes', messages.impact.affected)],
          [words.unknown, count('unknown', messages.impact.toCheck)],
          [words.severity, <Said key="s" value={advisory.severity?.toLowerCase()} />],
          [words.score, <Said key="c" value={advisory.max_score?.toFixed(1)} />],
          [words.updated, <When key="u" at={advisory.current_release} />],
          [words.received, <When key="r" at={advisory.received_at} />],
          [words.revision, <Revision key="v" advisory={advisory} />],
          [words.status, advisory.status],
          [messages.impact.source, advisory.source],
          [messages.impact.signature, <MarkText key="g" mark={signatureMark(advisory.signature.state)} />],
        ]}
      />
      {notes.map((note) => (
        <Section key={`${note.category} ${note.text}`} title={note.title || spoken(note.category)}>
          <p className="hp-prose">{note.text}</p>
        </Section>
      ))}
      <Section title={messages.document.vulnerabilities}>
        <ul className="hp-plain-list">
          {advisory.vulnerabilities.map((one) => (
            <li key={one.number}>
              <span className="hp-mono">{one.reference}</span> {one.title === one.reference ? '' : one.title}
              <span className="hp-muted"> {one.scores.map((score) => score.base?.toFixed(1)).join(' ')}</span>
            </li>
          ))}
        </ul>
      </Section>
    </>
  );
}

function Revision({ advisory }: { advisory: Advisory }) {
  return (
    <>
      {advisory.tracking_version}
      <span className="hp-muted"> · {messages.impact.revisionsKept(advisory.revision_count)} </span>
      {isSilent(advisory.standing) && <MarkText mark={standingMark(advisory.standing)} />}
    </>
  );
}

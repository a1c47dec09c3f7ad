// Why a finding stands where it stands: a row of answered questions, its clocks, how it can be done, what changed it.

import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, data } from '../../api/client';
import { useMay } from '../../api/session';
import type { Priority } from '../../api/types';
import { messages } from '../../messages';
import { Drawer } from '../../parts/Drawer';
import { Facts, Section } from '../../parts/Facts';
import { When } from '../../parts/MarkText';
import { ProblemNote } from '../../parts/ProblemNote';
import { laneWords, pointWords, rankText } from '../../words/findings';
import { DeedButtons } from './DeedButtons';
import type { Deed } from './deeds';
import { ClockState, clockWord, Lane, outcomeWord } from './lane';
import { OverrideDialog, OverrideList, SayOtherwise } from './Overrides';

const words = messages.findings;

export function FindingDrawer({
  id,
  onDeed,
  onClose,
}: {
  id: string;
  /** Absent: the reader may not decide. */
  onDeed?: ((deed: Deed) => void) | undefined;
  onClose: () => void;
}) {
  const found = useQuery({
    queryKey: ['finding', id],
    queryFn: () => data(api.GET('/api/v1/findings/{id}/priority', { params: { path: { id } } })),
  });
  const priority = found.data;
  return (
    <Drawer
      title={
        priority ? (
          <>
            {priority.finding.vulnerability} <Lane lane={priority.lane} />
          </>
        ) : (
          id
        )
      }
      kicker={
        priority && (
          <Link to="/assets/$id" params={{ id: priority.finding.asset_tag }}>
            {priority.finding.asset_tag}
          </Link>
        )
      }
      onClose={onClose}
    >
      {found.error && <ProblemNote error={found.error} onRetry={() => void found.refetch()} />}
      {priority?.finding.reported && !priority.finding.closed && (
        <p className="hp-tone-unsure">
          <span aria-hidden="true">? </span>
          {words.reported} <When at={priority.finding.reported} />
        </p>
      )}
      {priority && onDeed && (
        <div className="hp-actions">
          <DeedButtons onDeed={onDeed} />
        </div>
      )}
      {priority && <Reasons priority={priority} />}
    </Drawer>
  );
}

function Reasons({ priority }: { priority: Priority }) {
  const maySay = useMay('write-matches') && !priority.finding.closed;
  const [saying, setSaying] = useState<Priority['questions'][number]>();
  return (
    <>
      <p className="hp-prose hp-why">{rankText(priority.sentence)}</p>
      <Section title={words.questions}>
        <ol className="hp-questions">
          {priority.questions.map((question) => (
            <li key={question.point}>
              <Question question={question} />
              {maySay && <SayOtherwise question={question} onSay={setSaying} />}
            </li>
          ))}
        </ol>
      </Section>
      <OverrideList all={priority.overrides} mayEnd={maySay} />
      {saying && (
        <OverrideDialog
          finding={priority.finding.id}
          question={saying}
          onClose={() => setSaying(undefined)}
        />
      )}
      <Section title={words.gate}>
        <p>{words.way[priority.gate.way] ?? priority.gate.way}</p>
        <ul>
          {priority.gate.missing.map((line) => (
            <li key={line}>{line}</li>
          ))}
          {priority.gate.unknown.map((line) => (
            <li key={line}>
              <span className="hp-tone-unsure">? </span>
              {line}
            </li>
          ))}
          {priority.gate.notes.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      </Section>
      <Section title={words.clocks}>
        <Facts
          rows={priority.clocks.map((clock) => [
            clockWord(clock.clock),
            <span key={clock.clock}>
              <ClockState state={clock.state} /> {clock.due ?? ''}
              <span className="hp-small hp-muted"> {clock.source}</span>
            </span>,
          ])}
        />
      </Section>
      <Section title={words.order(outcomeWord(priority.outcome))}>
        <Facts rows={priority.terms.map((term) => [term.name, term.value])} />
      </Section>
      <Section title={words.history}>
        {priority.events.length === 0 ? (
          <p>{words.noHistory}</p>
        ) : (
          <ul>
            {priority.events.map((event) => (
              <li key={event.at}>
                <When at={event.at} /> {outcomeWord(event.from)} → {outcomeWord(event.to)}: {event.cause}
              </li>
            ))}
          </ul>
        )}
      </Section>
      <Section title={words.tables}>
        <p className="hp-mono">
          {priority.tables.join(', ')}, {words.version(priority.policy_version)}
        </p>
      </Section>
    </>
  );
}

function Question({ question }: { question: Priority['questions'][number] }) {
  const isKnown = question.certainty === 'known';
  return (
    <>
      <div className="hp-question">
        <span className="hp-muted">{pointWords[question.point] ?? question.point}</span>
        <strong className={isKnown ? undefined : 'hp-tone-unsure'}>
          {!isKnown && <span aria-hidden="true">? </span>}
          {rankText(question.possible)}
        </strong>
        {question.possible !== question.counted && (
          <span className="hp-muted"> {words.counted(rankText(question.counted))}</span>
        )}
      </div>
      <div className="hp-small hp-muted">
        {question.source}
        {question.on ? `, ${question.on}` : ''}
        {question.certainty === 'would_narrow' && `; ${words.wouldNarrow}`}
      </div>
      {question.replaced.map((one) => (
        <div key={one.by} className="hp-small">
          △ {one.by}, {words.insteadOf(rankText(one.instead_of))}
        </div>
      ))}
      {question.otherwise.length > 0 && (
        <div className="hp-small hp-muted">
          {question.otherwise
            .map((one) => words.otherwise(rankText(one.value), laneWords[one.lane] ?? one.lane))
            .join('; ')}
        </div>
      )}
    </>
  );
}

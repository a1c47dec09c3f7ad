// Why a finding stands where it stands: a row of answered questions, its clocks, how it can be done, what changed it.

import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, data } from '../../api/client';
import type { Priority } from '../../api/types';
import { messages } from '../../messages';
import { Drawer } from '../../parts/Drawer';
import { Facts, Section } from '../../parts/Facts';
import { When } from '../../parts/MarkText';
import { ProblemNote } from '../../parts/ProblemNote';
import { laneWords } from '../../words/findings';
import { ClockState, clockWord, Lane } from './lane';

const words = messages.findings;

export function FindingDrawer({ id, onClose }: { id: string; onClose: () => void }) {
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
      {priority && <Reasons priority={priority} />}
    </Drawer>
  );
}

function Reasons({ priority }: { priority: Priority }) {
  return (
    <>
      <p>{priority.sentence}</p>
      <Section title={words.questions}>
        <ol>
          {priority.questions.map((question) => (
            <li key={question.point}>
              <Question question={question} />
            </li>
          ))}
        </ol>
      </Section>
      <Section title={words.gate}>
        <p>{words.way[priority.gate.way] ?? priority.gate.way}</p>
        <ul>
          {[...priority.gate.missing, ...priority.gate.notes].map((line) => (
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
      <Section title={words.order(priority.outcome)}>
        <Facts rows={priority.terms.map((term) => [term.name, term.value])} />
      </Section>
      <Section title={words.history}>
        {priority.events.length === 0 ? (
          <p>{words.noHistory}</p>
        ) : (
          <ul>
            {priority.events.map((event) => (
              <li key={event.at}>
                <When at={event.at} /> {event.from} → {event.to}: {event.cause}
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
  const doubt = question.certainty === 'would_narrow' ? ` (${words.wouldNarrow})` : '';
  const counted = question.possible === question.counted ? '' : `, ${words.counted(question.counted)}`;
  return (
    <>
      <strong>{question.point}</strong>: {question.possible}
      {counted}
      {doubt}
      <div className="hp-small hp-muted">
        {question.source}
        {question.on ? `, ${question.on}` : ''}
      </div>
      {question.replaced.map((one) => (
        <div key={one.by} className="hp-small">
          {one.by}, {words.insteadOf(one.instead_of)}
        </div>
      ))}
      {question.otherwise.map((one) => (
        <div key={one.value} className="hp-small hp-muted">
          {words.otherwise(one.value, laneWords[one.lane] ?? one.lane)}
        </div>
      ))}
    </>
  );
}

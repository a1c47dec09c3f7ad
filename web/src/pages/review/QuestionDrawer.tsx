// One question: both names side by side, word by word, with the evidence and with what an answer would settle.

import { Button } from '@patternfly/react-core';
import { Link } from '@tanstack/react-router';
import type { Question } from '../../api/types';
import { messages } from '../../messages';
import { Drawer } from '../../parts/Drawer';
import { Facts, Section } from '../../parts/Facts';
import { keyed } from '../../parts/keyed';
import { NotApplicable, Said, When } from '../../parts/MarkText';
import { Sentence } from '../../parts/Sentence';
import { exact } from '../../text/filter';
import { EvidenceTable } from '../impact/ExplanationDrawer';
import type { Verdict } from './AnswerDialog';
import { nameLine } from './ReviewPage';

const words = messages.review;

export function QuestionDrawer({
  question,
  onAnswer,
  isMarked,
  onMark,
  onClose,
}: {
  question: Question;
  /** Absent: the reader may not decide. */
  onAnswer: ((verdict: Verdict) => void) | undefined;
  isMarked: boolean;
  onMark: () => void;
  onClose: () => void;
}) {
  return (
    <Drawer
      title={words.question}
      kicker={words.kinds[question.weight === 'open' ? 'open' : 'resembles']}
      onClose={onClose}
      actions={
        onAnswer && (
          <>
            <Button size="sm" onClick={() => onAnswer('same')}>
              {words.same} <kbd>y</kbd>
            </Button>
            <Button size="sm" variant="secondary" onClick={() => onAnswer('different')}>
              {words.different} <kbd>n</kbd>
            </Button>
          </>
        )
      }
    >
      {onAnswer && (
        <label className="hp-field-line">
          <input type="checkbox" checked={isMarked} onChange={onMark} /> {words.mark}
        </label>
      )}
      <p className="hp-prose hp-why">
        <Sentence text={question.why} />
      </p>
      {question.proposal && (
        <p className="hp-note">
          <span aria-hidden="true">◷ </span>
          {words.proposed(question.proposal.by, question.proposal.verdict, question.proposal.reason)}{' '}
          <When at={question.proposal.at} />
        </p>
      )}
      <Sides question={question} />
      <Section title={words.settles}>
        <p>
          {words.settlesText(
            question.assets,
            question.configurations,
            question.advisories,
            question.products,
          )}{' '}
          {words.settledText(question.settled_assets)}
        </p>
        <Facts
          rows={[
            [words.tags, <Tags key="t" question={question} />],
            [words.sites, question.sites.join(', ') || <NotApplicable key="s" />],
            [
              words.seenIn,
              <Link key="a" to="/advisories" search={{ filter: exact('tracking_id', question.tracking_id) }}>
                {question.tracking_id}
              </Link>,
            ],
          ]}
        />
      </Section>
      <EvidenceTable evidence={question.evidence} />
    </Drawer>
  );
}

function Tags({ question }: { question: Question }) {
  const more = question.assets - question.tags.length;
  return (
    <>
      {question.tags.map((tag, index) => (
        <span key={tag}>
          {index > 0 && ', '}
          <Link to="/assets" search={{ filter: exact('tag', tag) }}>
            {tag}
          </Link>
        </span>
      ))}
      {more > 0 && ` ${words.moreTags(more)}`}
    </>
  );
}

function Sides({ question }: { question: Question }) {
  const rows: readonly (readonly [string, string | undefined, string | null | undefined])[] = [
    [words.vendor, question.ours.vendor, question.theirs.vendor],
    [words.product, question.ours.product, question.theirs.product],
    [words.orderNumber, question.ours.order_number, null],
    [words.version, question.ours.version, question.theirs.version],
  ];
  return (
    <Section title={words.sides}>
      <table className="hp-table hp-table-auto hp-evidence">
        <caption className="hp-hidden">
          {nameLine(question.ours)} / {nameLine(question.theirs)}
        </caption>
        <thead>
          <tr>
            <th scope="col">
              <span className="hp-hidden">{words.what}</span>
            </th>
            <th scope="col">{words.columns.ours}</th>
            <th scope="col">{words.columns.theirs}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, ours, theirs]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>
                <Said value={ours} />
              </td>
              <td>{theirs === null ? <NotApplicable /> : <Said value={theirs} />}</td>
            </tr>
          ))}
          {keyed(question.aligned, (pair) => `${pair.ours}/${pair.theirs}`).map(({ key, item: pair }) => (
            <tr key={key} className="hp-muted">
              <th scope="row">{pair.ours !== '' && pair.theirs !== '' ? words.word : words.onlyHere}</th>
              <td className="hp-mono">{pair.ours || <NotApplicable />}</td>
              <td className="hp-mono">{pair.theirs || <NotApplicable />}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}

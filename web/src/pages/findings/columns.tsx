// The columns of the queue.

import type { Finding } from '../../api/types';
import { messages } from '../../messages';
import type { Column } from '../../parts/DataTable';
import { MarkText, Said, When } from '../../parts/MarkText';
import { decisionMark, verdictMark } from '../../text/words';
import { ClockState, clockWord, Lane, outcomeWord } from './lane';

const words = messages.findings;

export const COLUMNS: readonly Column<Finding>[] = [
  {
    key: 'lane',
    title: words.columns.lane,
    sort: 'queue',
    down: true,
    width: 160,
    render: (row) => <Lane lane={row.lane} />,
  },
  {
    key: 'due',
    title: words.columns.due,
    sort: 'due',
    width: 130,
    render: (row) => (
      <span title={row.due}>
        <ClockState state={row.clock_state} />
      </span>
    ),
  },
  {
    key: 'clock',
    title: words.columns.clock,
    sort: 'clock',
    width: 90,
    render: (row) => clockWord(row.clock),
  },
  {
    key: 'vulnerability',
    title: words.columns.vulnerability,
    sort: 'vulnerability',
    width: 150,
    render: (row) => <span title={row.title ?? undefined}>{row.vulnerability}</span>,
  },
  {
    key: 'asset',
    title: words.columns.asset,
    sort: 'asset',
    width: 130,
    render: (row) => <span title={row.asset_name ?? undefined}>{row.asset_tag}</span>,
  },
  {
    key: 'exploited',
    title: words.columns.exploited,
    sort: 'exploited',
    down: true,
    width: 150,
    render: (row) =>
      row.kev_added ? (
        `${words.listed(row.kev_added)}${row.ransomware === 'known' ? `, ${words.ransomware}` : ''}`
      ) : row.exploited === 'yes' ? (
        words.exploitedBy(row.exploited_by ?? '?')
      ) : (
        <span className="hp-muted">
          {row.exploited === 'no' ? words.notExploitedBy(row.exploited_by ?? '?') : words.noListing}
        </span>
      ),
  },
  {
    key: 'outcome',
    title: words.columns.outcome,
    sort: 'outcome',
    down: true,
    width: 190,
    render: (row) => <PossibleOutcome row={row} />,
  },
  {
    key: 'verdict',
    title: words.columns.verdict,
    sort: 'verdict',
    width: 100,
    render: (row) => <MarkText mark={verdictMark(row.verdict)} />,
  },
  {
    key: 'decision',
    title: messages.triage.column,
    sort: 'decision',
    width: 160,
    render: (row) => <MarkText mark={decisionMark(row.decision)} />,
  },
  {
    key: 'zone',
    title: words.columns.zone,
    sort: 'zone',
    width: 110,
    render: (row) => <Said value={row.zone} />,
  },
  {
    key: 'score',
    title: words.columns.score,
    sort: 'score',
    down: true,
    right: true,
    width: 70,
    render: (row) => <Said value={row.score?.toFixed(1)} />,
  },
  {
    key: 'opened',
    title: words.columns.opened,
    sort: 'opened',
    width: 110,
    render: (row) => <When at={row.opened} dayOnly />,
  },
];

/** One outcome, or all that are possible while inputs are unknown: a range is never shown as one of its ends. */
function PossibleOutcome({ row }: { row: Finding }) {
  if (row.lowest === row.highest) {
    return outcomeWord(row.outcome);
  }
  return (
    <span title={words.possibleTitle}>
      <span className="hp-tone-unsure">? </span>
      {words.possible(outcomeWord(row.lowest), outcomeWord(row.highest))}
    </span>
  );
}

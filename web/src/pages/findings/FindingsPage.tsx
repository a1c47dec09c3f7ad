// My queue: what is to be done first. The list is the finding's lane, the earliest clock, and whether it is exploited.

import { api, data } from '../../api/client';
import type { Finding } from '../../api/types';
import { messages } from '../../messages';
import { CopyAs } from '../../parts/CopyAs';
import type { Column } from '../../parts/DataTable';
import { Empty } from '../../parts/Empty';
import { FilterBar, filterFault } from '../../parts/FilterBar';
import { countWords, ListBody } from '../../parts/ListBody';
import { MarkText, Said, When } from '../../parts/MarkText';
import { Page } from '../../parts/Page';
import { useList } from '../../parts/useList';
import { both, exact } from '../../text/filter';
import { verdictMark } from '../../text/words';
import { useView } from '../../view';
import { FindingDrawer } from './FindingDrawer';
import { ClockState, clockWord, Lane, outcomeWord } from './lane';

const words = messages.findings;
const FIELDS =
  'lane outcome possible certain due clock exploited kev ransomware vulnerability title asset site zone vendor product kind owner verdict score epss_percentile opened evaluated advisory';

const COLUMNS: readonly Column<Finding>[] = [
  {
    key: 'lane',
    title: words.columns.lane,
    sort: 'queue',
    down: true,
    width: 130,
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
    sort: 'kev',
    down: true,
    width: 150,
    render: (row) =>
      row.kev_added ? (
        `${words.listed(row.kev_added)}${row.ransomware ? `, ${words.ransomware}` : ''}`
      ) : (
        <span className="hp-muted">{words.noListing}</span>
      ),
  },
  {
    key: 'outcome',
    title: words.columns.outcome,
    sort: 'outcome',
    down: true,
    width: 190,
    render: (row) => <Outcome row={row} />,
  },
  {
    key: 'verdict',
    title: words.columns.verdict,
    sort: 'verdict',
    width: 100,
    render: (row) => <MarkText mark={verdictMark(row.verdict)} />,
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
function Outcome({ row }: { row: Finding }) {
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

export function FindingsPage() {
  const [view, change] = useView();
  const scope = view.site ? exact('site', view.site) : '';
  const filter = both(scope, view.filter);
  const list = useList(['findings'], { filter, sort: view.sort }, (query) =>
    data(api.GET('/api/v1/findings', { params: { query } })),
  );
  return (
    <Page
      title={words.title}
      actions={<CopyAs noun="finding list" path="/api/v1/findings" filter={filter} />}
      bar={
        <FilterBar
          fields={FIELDS}
          example={words.example}
          count={countWords(list.count)}
          fault={filterFault(list.error)}
        />
      }
      drawer={view.open && <FindingDrawer id={view.open} onClose={() => change({ open: undefined })} />}
    >
      <ListBody
        name={words.title}
        list={list}
        columns={COLUMNS}
        rowKey={(row) => row.id}
        implied={scope}
        nothingYet={
          <Empty title={words.emptyTitle}>
            <p>{words.emptyText}</p>
          </Empty>
        }
      />
    </Page>
  );
}

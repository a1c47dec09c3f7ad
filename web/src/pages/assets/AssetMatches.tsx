// All matches of an asset, with filter and explanation.

import { Link } from '@tanstack/react-router';
import { api, data } from '../../api/client';
import type { Asset, Match } from '../../api/types';
import { messages } from '../../messages';
import type { Column } from '../../parts/DataTable';
import { Empty } from '../../parts/Empty';
import { FilterBar, filterFault } from '../../parts/FilterBar';
import { countWords, ListBody } from '../../parts/ListBody';
import { MarkText, NotApplicable, Said } from '../../parts/MarkText';
import { Middle } from '../../parts/Middle';
import { Sentence } from '../../parts/Sentence';
import { useList } from '../../parts/useList';
import { both, exact } from '../../text/filter';
import { confidenceMark, spoken, verdictMark } from '../../text/words';
import { useView } from '../../view';
import { ExplanationDrawer } from '../impact/ExplanationDrawer';

const words = messages.impact.columns;
const FIELDS =
  'advisory verdict confidence rung probability vulnerability status publisher product_id revision';

export const MATCH_COLUMNS: readonly Column<Match>[] = [
  {
    key: 'advisory',
    title: messages.advisories.columns.id,
    sort: 'advisory',
    width: 170,
    render: (row) => row.advisory,
  },
  {
    key: 'verdict',
    title: words.verdict,
    sort: 'verdict',
    down: true,
    width: 120,
    render: (row) => <MarkText mark={verdictMark(row.verdict)} />,
  },
  {
    key: 'confidence',
    title: words.confidence,
    sort: 'confidence',
    width: 158,
    render: (row) =>
      row.verdict === 'no' ? (
        <NotApplicable />
      ) : (
        <MarkText mark={confidenceMark(row.verdict, row.confidence)} />
      ),
  },
  {
    key: 'vulnerability',
    title: messages.explain.vulnerability,
    sort: 'vulnerability',
    width: 150,
    render: (row) =>
      row.vulnerability ? <span className="hp-mono">{row.vulnerability}</span> : <NotApplicable />,
  },
  {
    key: 'status',
    title: messages.explain.status,
    sort: 'status',
    width: 140,
    render: (row) => <Said value={row.status && spoken(row.status)} />,
  },
  {
    key: 'expression',
    title: words.expression,
    width: 260,
    render: (row) => <Middle text={row.expression} />,
  },
  {
    key: 'why',
    title: messages.explain.title,
    render: (row) => (
      <span title={row.why}>
        <Sentence text={row.why} />
      </span>
    ),
  },
];

/** No line at all, not even one that says "not affected". */
function Nothing({ asset }: { asset: Asset }) {
  return (
    <Empty title={messages.assets.unspoken} symbol="?">
      <p>
        <Link to="/assets/unmatched" search={{ open: asset.id }}>
          {messages.assets.unmatched.link}
        </Link>
      </p>
    </Empty>
  );
}

export function AssetMatches({ asset }: { asset: Asset }) {
  const [view, change] = useView();
  const own = exact('asset', asset.tag);
  const list = useList(
    ['matches'],
    { filter: both(own, view.filter), sort: view.sort ?? '-verdict', as_of: view.as_of },
    (query) => data(api.GET('/api/v1/matches', { params: { query } })),
  );
  return (
    <div className={view.open ? 'hp-split hp-split-open' : 'hp-split'}>
      <div className="hp-main">
        <FilterBar
          example={messages.matches.example}
          fields={FIELDS}
          count={countWords(list.count)}
          fault={filterFault(list.error)}
        />
        <ListBody
          name={messages.assets.drawer.matches}
          list={list}
          columns={MATCH_COLUMNS}
          rowKey={(row) => row.id}
          nothingYet={<Nothing asset={asset} />}
        />
      </div>
      {view.open && (
        <ExplanationDrawer
          asset={undefined}
          matchId={view.open}
          onMatch={() => undefined}
          onClose={() => change({ open: undefined })}
        />
      )}
    </div>
  );
}

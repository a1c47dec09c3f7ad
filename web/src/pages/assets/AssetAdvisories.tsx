// The advisories that match an asset, each with where the work stands.

import { Link } from '@tanstack/react-router';
import { api, data } from '../../api/client';
import type { Asset, MatchedPair } from '../../api/types';
import { messages } from '../../messages';
import type { Column } from '../../parts/DataTable';
import { Empty } from '../../parts/Empty';
import { FilterBar, filterFault } from '../../parts/FilterBar';
import { countWords, grouped, ListBody } from '../../parts/ListBody';
import { MarkText, Said, When } from '../../parts/MarkText';
import { useList } from '../../parts/useList';
import { exact } from '../../text/filter';
import { confidenceMark, statusMark, verdictMark } from '../../text/words';
import { useView } from '../../view';
import { UnspokenLine, useMayBeUnspoken } from './unspoken';

const words = messages.assetTabs;
const FIELDS =
  'advisory title publisher updated score verdict confidence state vulnerabilities not_remediated in_progress done changed';

const COLUMNS: readonly Column<MatchedPair>[] = [
  {
    key: 'advisory',
    title: words.columns.advisory,
    sort: 'advisory',
    width: 170,
    render: (row) => (
      <Link
        to={`/advisories/${row.advisory_id}`}
        search={{ tab: 'remediation', filter: exact('asset', row.asset_tag) }}
      >
        {row.advisory}
      </Link>
    ),
  },
  {
    key: 'state',
    title: words.columns.state,
    sort: 'state',
    width: 140,
    render: (row) => <MarkText mark={statusMark(row.state)} />,
  },
  {
    key: 'verdict',
    title: words.columns.verdict,
    sort: 'verdict',
    down: true,
    width: 116,
    render: (row) => <MarkText mark={verdictMark(row.verdict)} />,
  },
  {
    key: 'confidence',
    title: words.columns.confidence,
    sort: 'confidence',
    width: 158,
    render: (row) => <MarkText mark={confidenceMark(row.verdict, row.confidence)} />,
  },
  {
    key: 'vulnerabilities',
    title: words.columns.vulnerabilities,
    sort: 'vulnerabilities',
    down: true,
    right: true,
    width: 70,
    render: (row) => grouped(row.vulnerabilities.all),
  },
  {
    key: 'done',
    title: words.columns.done,
    sort: 'done',
    down: true,
    right: true,
    width: 70,
    render: (row) => grouped(row.vulnerabilities.done),
  },
  {
    key: 'score',
    title: words.columns.score,
    sort: 'score',
    down: true,
    right: true,
    width: 62,
    render: (row) => <Said value={row.max_score?.toFixed(1)} />,
  },
  {
    key: 'title',
    title: words.columns.title,
    sort: 'title',
    render: (row) => <span title={row.title}>{row.title}</span>,
  },
  {
    key: 'updated',
    title: words.columns.updated,
    sort: 'updated',
    down: true,
    width: 110,
    render: (row) => <When at={row.current_release} dayOnly />,
  },
];

export function AssetAdvisories({ asset }: { asset: Asset }) {
  const [view] = useView();
  const unspoken = useMayBeUnspoken(asset, view.as_of);
  const list = useList(
    ['asset-advisories', asset.id],
    { filter: view.filter, sort: view.sort, as_of: view.as_of },
    (query) => data(api.GET('/api/v1/assets/{id}/advisories', { params: { path: { id: asset.id }, query } })),
  );
  return (
    <>
      <FilterBar
        example={words.advisoriesExample}
        fields={FIELDS}
        count={countWords(list.count)}
        fault={filterFault(list.error)}
      />
      <ListBody
        name={words.advisories}
        list={list}
        columns={COLUMNS}
        rowKey={(row) => row.advisory_id}
        opens={false}
        nothingYet={
          <Empty title={words.noAdvisories} symbol={unspoken ? '?' : ''}>
            {unspoken && (
              <p>
                <UnspokenLine id={asset.id} />
              </p>
            )}
          </Empty>
        }
      />
    </>
  );
}

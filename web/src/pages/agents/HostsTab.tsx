// Hosts that are reached over SSH: where, as whom, with which pinned key, and whether somebody else serves them instead.

import { Link } from '@tanstack/react-router';
import { api, data } from '../../api/client';
import type { HostLineRow } from '../../api/types';
import { messages } from '../../messages';
import type { Column } from '../../parts/DataTable';
import { FilteredList } from '../../parts/FilteredList';
import { MarkText, When } from '../../parts/MarkText';
import { useList } from '../../parts/useList';
import { servedMark } from '../../text/agents';
import { both } from '../../text/filter';
import { useView } from '../../view';

const words = messages.hosts;
const names = words.columns;
const common = messages.agents;
const FIELDS = 'asset site address port account rights served worked changed';

const COLUMNS: readonly Column<HostLineRow>[] = [
  {
    key: 'asset',
    title: common.columns.asset,
    sort: 'asset',
    width: 190,
    render: (row) => (
      <Link to="/assets/$id" params={{ id: row.asset_id }} data-row-main>
        {row.asset}
      </Link>
    ),
  },
  {
    key: 'served',
    title: names.served,
    sort: 'served',
    width: 130,
    render: (row) => <MarkText mark={servedMark(row.served)} />,
  },
  {
    key: 'worked',
    title: names.worked,
    sort: 'worked',
    down: true,
    width: 140,
    render: (row) =>
      row.worked_at ? <When at={row.worked_at} /> : <span className="hp-muted">{common.never}</span>,
  },
  { key: 'site', title: common.columns.site, sort: 'site', width: 150, render: (row) => row.site },
  {
    key: 'address',
    title: names.address,
    sort: 'address',
    width: 190,
    render: (row) => (
      <span className="hp-mono">
        {row.line.port === 22 ? row.line.address : `${row.line.address} ${row.line.port}`}
      </span>
    ),
  },
  { key: 'account', title: names.account, sort: 'account', width: 120, render: (row) => row.line.account },
  {
    key: 'rights',
    title: names.rights,
    sort: 'rights',
    width: 80,
    render: (row) => words.rights[row.line.rights] ?? row.line.rights,
  },
  {
    key: 'key',
    title: names.key,
    render: (row) => (
      <span className="hp-mono" title={row.line.note}>
        {row.line.fingerprint}
      </span>
    ),
  },
  {
    key: 'changed',
    title: names.changed,
    sort: 'changed',
    down: true,
    width: 140,
    render: (row) => <When at={row.line.changed_at} />,
  },
];

export function HostsTab({ scope }: { scope: string }) {
  const [view] = useView();
  const list = useList(['asset-lines'], { filter: both(scope, view.filter), sort: view.sort }, (query) =>
    data(api.GET('/api/v1/asset-lines', { params: { query } })),
  );
  return (
    <FilteredList
      name={common.tabs.hosts}
      list={list}
      columns={COLUMNS}
      rowKey={(row) => row.asset_id}
      fields={FIELDS}
      example={words.example}
      none={[words.emptyTitle, words.emptyText]}
      implied={scope}
    />
  );
}

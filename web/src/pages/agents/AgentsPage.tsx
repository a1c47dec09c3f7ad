// Agents on devices: who is enrolled, when each was heard, and which of them need a person.

import { Link } from '@tanstack/react-router';
import { api, data } from '../../api/client';
import type { Agent } from '../../api/types';
import { messages } from '../../messages';
import { CopyAs } from '../../parts/CopyAs';
import type { Column } from '../../parts/DataTable';
import { Empty } from '../../parts/Empty';
import { FilterBar, filterFault } from '../../parts/FilterBar';
import { countWords, ListBody } from '../../parts/ListBody';
import { When } from '../../parts/MarkText';
import { Page } from '../../parts/Page';
import { useList } from '../../parts/useList';
import { useView } from '../../view';

const words = messages.agents;
const FIELDS = 'asset site class version host enrolled expires heard inventory ended lost_records';

/** A moment, or the word for none. */
function Moment({ at, none }: { at: string | null | undefined; none: string }) {
  return at ? <When at={at} /> : <span className="hp-muted">{none}</span>;
}

/** Whether it holds, and what a person has to look at. */
function State({ agent }: { agent: Agent }) {
  if (agent.ended_at) return <span className="hp-wrap">{words.ended(agent.ended_why)}</span>;
  if (agent.lost_records_at) return <strong className="hp-wrap">! {words.lostRecords}</strong>;
  return words.enrolled;
}

const COLUMNS: readonly Column<Agent>[] = [
  {
    key: 'asset',
    title: words.columns.asset,
    sort: 'asset',
    render: (row) => (
      <Link to="/assets/$id" params={{ id: row.asset_id }}>
        {row.asset}
      </Link>
    ),
  },
  { key: 'site', title: words.columns.site, sort: 'site', width: 120, render: (row) => row.site },
  { key: 'class', title: words.columns.class, sort: 'class', width: 120, render: (row) => row.class },
  {
    key: 'asked',
    title: words.columns.asked,
    width: 150,
    render: (row) => <Moment at={row.asked_at} none={words.sinceStart} />,
  },
  {
    key: 'heard',
    title: words.columns.heard,
    sort: 'heard',
    down: true,
    width: 140,
    render: (row) => <Moment at={row.heard_at} none={words.never} />,
  },
  {
    key: 'inventory',
    title: words.columns.inventory,
    sort: 'inventory',
    down: true,
    width: 140,
    render: (row) => <Moment at={row.inventory_at} none={words.never} />,
  },
  {
    key: 'expires',
    title: words.columns.expires,
    sort: 'expires',
    width: 140,
    render: (row) => <When at={row.expires_at} />,
  },
  { key: 'state', title: words.columns.state, render: (row) => <State agent={row} /> },
];

export function AgentsPage() {
  const [view] = useView();
  const list = useList(['agents'], { filter: view.filter, sort: view.sort }, (query) =>
    data(api.GET('/api/v1/agents', { params: { query } })),
  );
  const quick = [
    [words.all, ''],
    [words.holding, 'ended:no'],
    [words.lost, 'lost_records:yes'],
  ] as const;
  return (
    <Page
      title={words.title}
      actions={<CopyAs noun="agents list" path="/api/v1/agents" filter={view.filter ?? ''} />}
      bar={
        <>
          <nav className="hp-quick" aria-label={words.quick}>
            {quick.map(([word, filter]) => (
              <Link
                key={word}
                to="."
                search={filter === '' ? {} : { filter }}
                activeOptions={{ exact: true, includeSearch: true }}
                aria-current={(view.filter ?? '') === filter ? 'page' : undefined}
              >
                {word}
              </Link>
            ))}
          </nav>
          <FilterBar
            fields={FIELDS}
            example={words.example}
            count={countWords(list.count)}
            fault={filterFault(list.error)}
          />
        </>
      }
    >
      <ListBody
        name={words.title}
        list={list}
        columns={COLUMNS}
        rowKey={(row) => `${row.asset_id} ${row.enrolled_at}`}
        opens={false}
        nothingYet={
          <Empty title={words.emptyTitle}>
            <p>{words.emptyText}</p>
          </Empty>
        }
      />
    </Page>
  );
}

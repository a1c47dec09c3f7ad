// Agents: how each stands and when it was last seen. The state comes from the server, which knows the time.

import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, data } from '../../api/client';
import { useMay } from '../../api/session';
import type { Agent } from '../../api/types';
import { messages } from '../../messages';
import type { Column } from '../../parts/DataTable';
import { FilteredList } from '../../parts/FilteredList';
import { Age, MarkText, When } from '../../parts/MarkText';
import { QuickFilters } from '../../parts/QuickFilters';
import { LIVE_MS, useList } from '../../parts/useList';
import { agentMark } from '../../text/agents';
import { both } from '../../text/filter';
import { useView } from '../../view';
import { RevokeDialog } from './AgentDialogs';

const words = messages.agents;
const names = words.columns;
const FIELDS = 'asset site class version host enrolled expires seen heard inventory ended lost_records';
const QUICK = [
  [words.all, ''],
  [words.holding, 'ended:no'],
  [words.overdue, 'ended:no seen>30min'],
  [words.lost, 'ended:no lost_records:yes'],
] as const;

/** A moment, or that there was none yet. */
function Moment({ at }: { at: string | null | undefined }) {
  return at ? <When at={at} /> : <span className="hp-muted">{words.never}</span>;
}

function State({ agent }: { agent: Agent }) {
  const mayEnd = useMay('write-inventory');
  const [ending, setEnding] = useState(false);
  return (
    <span className="hp-wrap">
      <MarkText mark={agentMark(agent.state, agent.ended_why)} />{' '}
      {mayEnd && !agent.ended_at && (
        <button
          type="button"
          className="hp-link"
          aria-label={words.revokeOf(agent.asset)}
          onClick={() => setEnding(true)}
        >
          {words.revoke}
        </button>
      )}
      {agent.remark && <span className="hp-muted">{agent.remark}</span>}
      {ending && <RevokeDialog agent={agent} onClose={() => setEnding(false)} />}
    </span>
  );
}

const COLUMNS: readonly Column<Agent>[] = [
  {
    key: 'asset',
    title: names.asset,
    sort: 'asset',
    width: 190,
    render: (row) => (
      <Link to="/assets/$id" params={{ id: row.asset_id }} data-row-main>
        {row.asset}
      </Link>
    ),
  },
  { key: 'state', title: names.state, render: (row) => <State agent={row} /> },
  {
    key: 'seen',
    title: names.seen,
    sort: 'seen',
    down: true,
    width: 100,
    render: (row) => <Age at={row.seen_at} />,
  },
  {
    key: 'heard',
    title: names.heard,
    sort: 'heard',
    down: true,
    width: 140,
    render: (row) => <Moment at={row.heard_at} />,
  },
  {
    key: 'inventory',
    title: names.inventory,
    sort: 'inventory',
    down: true,
    width: 140,
    render: (row) => <Moment at={row.inventory_at} />,
  },
  { key: 'site', title: names.site, sort: 'site', width: 150, render: (row) => row.site },
  { key: 'class', title: names.class, sort: 'class', width: 110, render: (row) => row.class },
  { key: 'host', title: names.host, sort: 'host', width: 130, render: (row) => row.host_name },
  { key: 'version', title: names.version, sort: 'version', width: 90, render: (row) => row.agent_version },
  {
    key: 'expires',
    title: names.expires,
    sort: 'expires',
    width: 130,
    render: (row) => <When at={row.expires_at} dayOnly />,
  },
];

export function AgentsTab({ scope }: { scope: string }) {
  const [view] = useView();
  const list = useList(
    ['agents'],
    { filter: both(scope, view.filter), sort: view.sort },
    (query) => data(api.GET('/api/v1/agents', { params: { query } })),
    LIVE_MS,
  );
  return (
    <>
      <QuickFilters label={words.quick} filters={QUICK} />
      <FilteredList
        name={words.tabs.agents}
        list={list}
        columns={COLUMNS}
        rowKey={(row) => `${row.asset_id} ${row.enrolled_at}`}
        fields={FIELDS}
        example={words.example}
        none={[words.emptyTitle, words.emptyText]}
        implied={scope}
      />
    </>
  );
}

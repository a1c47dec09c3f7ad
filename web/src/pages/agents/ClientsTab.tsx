// Devices with a client of their own: who showed up, which asset each is, and the two words of a person.

import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, data } from '../../api/client';
import { useMay } from '../../api/session';
import type { Controller } from '../../api/types';
import { messages } from '../../messages';
import type { Column } from '../../parts/DataTable';
import { FilteredList } from '../../parts/FilteredList';
import { Age, MarkText, NotApplicable, When } from '../../parts/MarkText';
import { LIVE_MS, useList } from '../../parts/useList';
import { clientMark } from '../../text/agents';
import { useView } from '../../view';
import { AcceptDialog, RefuseDialog } from './ClientDialogs';

const words = messages.clients;
const names = words.columns;
const FIELDS = 'name state asset address first seen';

function State({ one }: { one: Controller }) {
  const mayDecide = useMay('write-inventory');
  const [deciding, setDeciding] = useState<'accept' | 'refuse'>();
  const close = () => setDeciding(undefined);
  return (
    <span className="hp-wrap">
      <MarkText mark={clientMark(one.state)} />{' '}
      {mayDecide && (
        <>
          <button
            type="button"
            className="hp-link"
            aria-label={words.acceptOf(one.name)}
            onClick={() => setDeciding('accept')}
          >
            {words.accept}
          </button>{' '}
          {one.state !== 'refused' && (
            <button
              type="button"
              className="hp-link"
              aria-label={words.refuseOf(one.name)}
              onClick={() => setDeciding('refuse')}
            >
              {words.refuse}
            </button>
          )}
        </>
      )}
      {deciding === 'accept' && <AcceptDialog one={one} onClose={close} />}
      {deciding === 'refuse' && <RefuseDialog one={one} onClose={close} />}
    </span>
  );
}

const COLUMNS: readonly Column<Controller>[] = [
  { key: 'name', title: names.name, sort: 'name', width: 200, render: (row) => row.name },
  { key: 'state', title: names.state, sort: 'state', render: (row) => <State one={row} /> },
  {
    key: 'asset',
    title: messages.agents.columns.asset,
    sort: 'asset',
    width: 190,
    render: (row) =>
      row.asset_id ? (
        <Link to="/assets/$id" params={{ id: row.asset_id }} data-row-main>
          {row.asset}
        </Link>
      ) : (
        <NotApplicable />
      ),
  },
  {
    key: 'seen',
    title: messages.agents.columns.seen,
    sort: 'seen',
    down: true,
    width: 100,
    render: (row) => <Age at={row.seen_at} />,
  },
  { key: 'address', title: names.address, sort: 'address', width: 160, render: (row) => row.address },
  {
    key: 'first',
    title: names.first,
    sort: 'first',
    down: true,
    width: 140,
    render: (row) => <When at={row.first_at} />,
  },
  { key: 'by', title: names.by, width: 160, render: (row) => row.decided_by || <NotApplicable /> },
];

export function ClientsTab() {
  const [view] = useView();
  const list = useList(
    ['controllers'],
    { filter: view.filter, sort: view.sort },
    (query) => data(api.GET('/api/v1/controllers', { params: { query } })),
    LIVE_MS,
  );
  return (
    <FilteredList
      name={messages.agents.tabs.clients}
      list={list}
      columns={COLUMNS}
      rowKey={(row) => row.name}
      fields={FIELDS}
      example={words.example}
      none={[words.emptyTitle, words.emptyText]}
    />
  );
}

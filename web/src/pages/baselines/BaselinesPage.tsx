// Approval baselines: which there are, for which assets, from which they inherit.

import { Button } from '@patternfly/react-core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, data } from '../../api/client';
import { useMay } from '../../api/session';
import type { BaselineLine } from '../../api/types';
import { messages } from '../../messages';
import { CopyAs } from '../../parts/CopyAs';
import type { Column } from '../../parts/DataTable';
import { Empty } from '../../parts/Empty';
import { FilterBar, filterFault } from '../../parts/FilterBar';
import { countWords, grouped, ListBody } from '../../parts/ListBody';
import { When } from '../../parts/MarkText';
import { Page } from '../../parts/Page';
import { TabLinks } from '../../parts/TabLinks';
import { useList } from '../../parts/useList';
import { both, exact } from '../../text/filter';
import { useView } from '../../view';
import { DeclinedPage } from './DeclinedPage';
import { MakeDialog } from './MakeDialog';
import { placeWords, scopeWords } from './scopeWords';

const words = messages.baselines;
const names = words.columns;
const FIELDS = 'name parent kind vendor product release version site zone author created';

const COLUMNS: readonly Column<BaselineLine>[] = [
  {
    key: 'name',
    title: names.name,
    sort: 'name',
    width: 260,
    render: (row) => (
      <Link to="/baselines/$id" params={{ id: row.baseline.id }} data-row-main>
        {row.baseline.name}
      </Link>
    ),
  },
  {
    key: 'parent',
    title: names.parent,
    sort: 'parent',
    width: 200,
    render: (row) =>
      row.baseline.parent_id ? (
        <Link to="/baselines/$id" params={{ id: row.baseline.parent_id }}>
          {row.parent}
        </Link>
      ) : (
        <span className="hp-muted">{words.own}</span>
      ),
  },
  { key: 'scope', title: names.scope, render: (row) => scopeWords(row.baseline.scope) },
  { key: 'place', title: names.place, render: (row) => placeWords(row) },
  { key: 'entries', title: names.entries, right: true, width: 80, render: (row) => grouped(row.entries) },
  {
    key: 'effective',
    title: names.effective,
    right: true,
    width: 80,
    render: (row) => grouped(row.effective),
  },
  {
    key: 'hold',
    title: names.hold,
    right: true,
    width: 80,
    render: (row) =>
      row.on_hold > 0 ? <span className="hp-tone-due">▲ {grouped(row.on_hold)}</span> : grouped(0),
  },
  { key: 'author', title: names.author, sort: 'author', width: 120, render: (row) => row.author },
  {
    key: 'created',
    title: names.created,
    sort: 'created',
    down: true,
    width: 100,
    render: (row) => <When at={row.created_at} dayOnly />,
  },
];

export function BaselinesPage() {
  const [view] = useView();
  const [making, setMaking] = useState(false);
  const mayMake = useMay('write-decisions');
  const scope = view.site ? exact('site', view.site) : '';
  const filter = both(scope, view.filter);
  const tab = view.tab ?? 'baselines';
  const list = useList(['baselines'], { filter, sort: view.sort }, (query) =>
    data(api.GET('/api/v1/baselines', { params: { query } })),
  );
  const tabs = (
    <TabLinks
      label={words.tabsLabel}
      first="baselines"
      tabs={[
        ['baselines', words.title],
        ['declined', words.tabs.declined],
      ]}
    />
  );
  if (tab === 'declined') {
    return <DeclinedPage tabs={tabs} />;
  }
  return (
    <Page
      title={words.title}
      actions={
        <>
          {mayMake && <Button onClick={() => setMaking(true)}>{words.make}</Button>}
          <CopyAs noun="baseline list" path="/api/v1/baselines" filter={filter} />
        </>
      }
      bar={
        <>
          {tabs}
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
        rowKey={(row) => row.baseline.id}
        opens={false}
        implied={scope}
        nothingYet={
          <Empty title={words.emptyTitle}>
            <p>{words.emptyText}</p>
          </Empty>
        }
      />
      {making && <MakeDialog onClose={() => setMaking(false)} />}
    </Page>
  );
}

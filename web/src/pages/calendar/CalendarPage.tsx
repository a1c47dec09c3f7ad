// When work may happen: a lane for each window and freeze, a block for each time that it comes, filled as far as it is
// booked; and the windows as a list.

import { Button } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, data } from '../../api/client';
import { useMay } from '../../api/session';
import type { WorkWindow } from '../../api/types';
import { messages } from '../../messages';
import { CopyAs } from '../../parts/CopyAs';
import type { Column } from '../../parts/DataTable';
import { Empty } from '../../parts/Empty';
import { FilteredList } from '../../parts/FilteredList';
import { grouped } from '../../parts/ListBody';
import { NotApplicable, Said, When } from '../../parts/MarkText';
import { Page } from '../../parts/Page';
import { ProblemNote } from '../../parts/ProblemNote';
import { TabLinks } from '../../parts/TabLinks';
import { useList } from '../../parts/useList';
import { useShownZone } from '../../shown';
import { both, exact } from '../../text/filter';
import { addDays, day, startOfDay } from '../../text/time';
import { useView } from '../../view';
import { calendarFiles as files } from '../../words/travel';
import { AddressDialog } from './AddressDialog';
import { ImportDialog } from './ImportDialog';
import { Lanes } from './Lanes';
import { SlotDialog } from './SlotDialog';
import { WindowDialog } from './WindowDialog';

const words = messages.calendar;
const TABS = [
  ['month', words.tabs.month],
  ['week', words.tabs.week],
  ['list', words.tabs.list],
] as const;

export function CalendarPage() {
  const [view] = useView();
  const [open, setOpen] = useState<'add' | 'slot' | 'import' | 'address'>();
  const mayPlan = useMay('write-plans');
  const tab = view.tab ?? 'month';
  return (
    <Page
      title={words.title}
      actions={
        <>
          <Button variant="secondary" size="sm" onClick={() => setOpen('slot')}>
            {words.slot}
          </Button>
          <Button variant="secondary" size="sm" onClick={() => setOpen('address')}>
            {files.give}
          </Button>
          {mayPlan && (
            <Button variant="secondary" size="sm" onClick={() => setOpen('import')}>
              {files.take}
            </Button>
          )}
          {mayPlan && (
            <Button variant="primary" size="sm" onClick={() => setOpen('add')}>
              {words.add}
            </Button>
          )}
          <CopyAs noun="window calendar" path="/api/v1/calendar" filter="" />
        </>
      }
      bar={<TabLinks label={words.title} tabs={TABS} first="month" />}
    >
      {tab === 'list' ? <WindowList /> : <Span days={tab === 'week' ? 7 : 35} />}
      {open === 'add' && <WindowDialog onClose={() => setOpen(undefined)} />}
      {open === 'import' && <ImportDialog onClose={() => setOpen(undefined)} />}
      {open === 'address' && <AddressDialog onClose={() => setOpen(undefined)} />}
      {open === 'slot' && <SlotDialog onClose={() => setOpen(undefined)} />}
    </Page>
  );
}

function Span({ days }: { days: number }) {
  const [view, change] = useView();
  const { shown, now } = useShownZone();
  const today = day(now, shown);
  const from = /^\d{4}-\d{2}-\d{2}$/.test(view.from ?? '') ? (view.from ?? today) : today;
  const begin = startOfDay(from, shown);
  const end = startOfDay(addDays(from, days), shown);
  const query = {
    from: begin.toISOString(),
    to: end.toISOString(),
    ...(view.site ? { site: view.site } : {}),
  };
  const found = useQuery({
    queryKey: ['calendar', query],
    queryFn: () => data(api.GET('/api/v1/calendar', { params: { query } })),
  });
  return (
    <>
      <div className="hp-calendar-bar">
        <Button variant="secondary" size="sm" onClick={() => change({ from: addDays(from, -days) })}>
          {words.earlier}
        </Button>
        <Button variant="secondary" size="sm" onClick={() => change({ from: undefined })}>
          {words.today}
        </Button>
        <Button variant="secondary" size="sm" onClick={() => change({ from: addDays(from, days) })}>
          {words.later}
        </Button>
        <label className="hp-asof">
          {words.from}
          <input
            type="date"
            value={from}
            onChange={(event) => change({ from: event.target.value || undefined })}
          />
        </label>
        <span className="hp-muted hp-small">{shown.zone}</span>
      </div>
      {found.error && <ProblemNote error={found.error} onRetry={() => void found.refetch()} />}
      {found.isPending && (
        <p className="hp-loading" role="status">
          {messages.list.loading} …
        </p>
      )}
      {found.data &&
        (found.data.windows.length === 0 ? (
          <Empty title={words.emptyTitle}>
            <p>{words.emptyText}</p>
          </Empty>
        ) : (
          <Lanes calendar={found.data} first={from} days={days} begin={begin} end={end} />
        ))}
    </>
  );
}

const COLUMNS: readonly Column<WorkWindow>[] = [
  {
    key: 'name',
    title: words.columns.name,
    sort: 'name',
    render: (row) => (
      <Link to="/windows/$id" params={{ id: row.id }} data-row-main>
        {row.name}
      </Link>
    ),
  },
  {
    key: 'kind',
    title: words.columns.kind,
    sort: 'kind',
    width: 110,
    render: (row) => words.kinds[row.kind] ?? row.kind,
  },
  {
    key: 'reach',
    title: words.columns.reach,
    sort: 'reach',
    width: 220,
    render: (row) => row.reach_name ?? words.everywhere,
  },
  {
    key: 'first',
    title: words.columns.first,
    sort: 'first',
    width: 250,
    render: (row) => (
      <span className="hp-number">
        {row.first.slice(0, 16).replace('T', ' ')} {row.time_zone}
      </span>
    ),
  },
  {
    key: 'minutes',
    title: words.columns.minutes,
    sort: 'minutes',
    right: true,
    width: 80,
    render: (row) => grouped(row.minutes),
  },
  {
    key: 'rule',
    title: words.columns.rule,
    width: 200,
    render: (row) => row.rule ?? words.once,
  },
  {
    key: 'people',
    title: words.columns.people,
    sort: 'people',
    right: true,
    width: 70,
    render: (row) => <Said value={row.people} />,
  },
  {
    key: 'steps',
    title: words.columns.steps,
    sort: 'steps',
    right: true,
    width: 80,
    render: (row) => <Said value={row.steps} />,
  },
  {
    key: 'ended',
    title: words.columns.ended,
    sort: 'ended',
    width: 110,
    render: (row) => (row.ended_at ? <When at={row.ended_at} dayOnly /> : <NotApplicable />),
  },
];

function WindowList() {
  const [view] = useView();
  const scope = view.site ? exact('site', view.site) : '';
  const list = useList(['windows'], { filter: both(scope, view.filter), sort: view.sort }, (query) =>
    data(api.GET('/api/v1/windows', { params: { query } })),
  );
  return (
    <FilteredList
      name={words.tabs.list}
      list={list}
      columns={COLUMNS}
      rowKey={(row) => row.id}
      fields="name kind reach site zone time_zone first minutes people steps note changed ended"
      example="kind:freeze ended:no"
      none={[words.emptyTitle, words.emptyText]}
      implied={scope}
    />
  );
}

// The steps of a plan and what waits in it, page by page, with their own filters.

import { Link } from '@tanstack/react-router';
import { api, data } from '../../api/client';
import type { PlannedStep, PlanWait } from '../../api/types';
import { messages } from '../../messages';
import type { Column } from '../../parts/DataTable';
import { FilteredList } from '../../parts/FilteredList';
import { When } from '../../parts/MarkText';
import { useList } from '../../parts/useList';
import { useView } from '../../view';

const words = messages.plans;

const STEPS: readonly Column<PlannedStep>[] = [
  {
    key: 'number',
    title: words.step.number,
    sort: 'number',
    right: true,
    width: 56,
    render: (row) => row.number,
  },
  {
    key: 'asset',
    title: words.step.asset,
    sort: 'asset',
    width: 150,
    render: (row) => (
      <Link to="/assets/$id" params={{ id: row.asset_id }}>
        {row.asset}
      </Link>
    ),
  },
  { key: 'patch', title: words.step.patch, sort: 'patch', render: (row) => row.patch },
  {
    key: 'window',
    title: words.step.window,
    sort: 'window',
    render: (row) => (
      <Link to="/windows/$id" params={{ id: row.window_id }}>
        {row.window}
      </Link>
    ),
  },
  {
    key: 'start',
    title: words.step.start,
    sort: 'start',
    width: 130,
    render: (row) => <When at={row.start} />,
  },
  { key: 'end', title: words.step.end, sort: 'end', width: 130, render: (row) => <When at={row.end} /> },
  { key: 'last', title: words.step.last, width: 130, render: (row) => <When at={row.last_safe_start} /> },
  {
    key: 'minutes',
    title: words.step.minutes,
    sort: 'minutes',
    width: 170,
    render: (row) => (
      <span title={row.estimate_why}>
        {row.work_minutes} + {row.undo_minutes}, {row.estimate === 'learned' ? words.learned : words.declared}
      </span>
    ),
  },
  {
    key: 'people',
    title: words.step.people,
    sort: 'people',
    right: true,
    width: 70,
    render: (row) => row.people,
  },
  {
    key: 'way',
    title: words.step.way,
    render: (row) => <span title={row.way_back}>{row.way_back}</span>,
  },
];

const WAITS: readonly Column<PlanWait>[] = [
  {
    key: 'asset',
    title: words.wait.asset,
    sort: 'asset',
    width: 160,
    render: (row) => (
      <Link to="/assets/$id" params={{ id: row.asset_id }}>
        {row.asset}
      </Link>
    ),
  },
  {
    key: 'patch',
    title: words.wait.patch,
    sort: 'patch',
    width: 260,
    render: (row) => row.patch ?? <span className="hp-muted">{words.noPatch}</span>,
  },
  { key: 'why', title: words.wait.why, render: (row) => <span title={row.why}>{row.why}</span> },
];

export function StepsTab({ id }: { id: string }) {
  const [view] = useView();
  const list = useList(['plan-steps', id], { filter: view.filter, sort: view.sort }, (query) =>
    data(api.GET('/api/v1/plans/{id}/steps', { params: { path: { id }, query } })),
  );
  return (
    <FilteredList
      name={words.tabs.steps}
      list={list}
      columns={STEPS}
      rowKey={(row) => String(row.number)}
      fields="number asset patch window start end minutes estimate people"
      example={words.stepsExample}
      none={[words.columns.waits, words.noSteps]}
    />
  );
}

export function WaitsTab({ id }: { id: string }) {
  const [view] = useView();
  const list = useList(['plan-waits', id], { filter: view.filter, sort: view.sort }, (query) =>
    data(api.GET('/api/v1/plans/{id}/waits', { params: { path: { id }, query } })),
  );
  return (
    <FilteredList
      name={words.tabs.waits}
      list={list}
      columns={WAITS}
      rowKey={(row) => `${row.asset_id} ${row.patch ?? ''}`}
      fields="number asset patch cause why"
      example={words.waitsExample}
      none={[words.nothingWaits, words.nothingWaitsText]}
    />
  );
}

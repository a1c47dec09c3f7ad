// Deployments: which run, how far they are, what failed and what is overdue.

import { Link } from '@tanstack/react-router';
import { api, data } from '../../api/client';
import type { Deployment } from '../../api/types';
import { messages } from '../../messages';
import { CopyAs } from '../../parts/CopyAs';
import type { Column } from '../../parts/DataTable';
import { FilteredList } from '../../parts/FilteredList';
import { grouped } from '../../parts/ListBody';
import { MarkText, When } from '../../parts/MarkText';
import { Page } from '../../parts/Page';
import { TabLinks } from '../../parts/TabLinks';
import { LIVE_MS, useList } from '../../parts/useList';
import { deploymentMark } from '../../text/deployments';
import { both, exact } from '../../text/filter';
import { useView } from '../../view';
import { OVERDUE, STEP_FIELDS } from './stepColumns';

const words = messages.deployments;
const FIELDS = 'number title site state steps open done failed work overdue drift started moved first last';
const TABS = [
  ['deployments', words.tabs.deployments],
  ['overdue', words.tabs.overdue],
] as const;

function Amount({ n, urgent }: { n: number; urgent?: boolean }) {
  if (n === 0) {
    return <span className="hp-muted">0</span>;
  }
  return <span className={urgent ? 'hp-tone-act' : undefined}>{grouped(n)}</span>;
}

const COLUMNS: readonly Column<Deployment>[] = [
  {
    key: 'title',
    title: words.columns.title,
    sort: 'title',
    render: (row) => (
      <Link to="/deployments/$id" params={{ id: row.plan_id }} data-row-main>
        {row.number}: {row.title}
      </Link>
    ),
  },
  {
    key: 'state',
    title: words.columns.state,
    sort: 'state',
    down: true,
    width: 160,
    render: (row) => <MarkText mark={deploymentMark(row.state)} />,
  },
  { key: 'site', title: words.columns.site, sort: 'site', width: 200, render: (row) => row.site },
  {
    key: 'done',
    title: words.columns.done,
    sort: 'done',
    width: 150,
    render: (row) => (
      <span className="hp-progress">
        <progress max={row.steps} value={row.done} aria-label={words.of(row.done, row.steps)} />
        {words.of(row.done, row.steps)}
      </span>
    ),
  },
  {
    key: 'failed',
    title: words.columns.failed,
    sort: 'failed',
    down: true,
    right: true,
    width: 80,
    render: (row) => <Amount n={row.failed} urgent />,
  },
  {
    key: 'work',
    title: words.columns.work,
    sort: 'work',
    down: true,
    right: true,
    width: 90,
    render: (row) => <Amount n={row.in_work} />,
  },
  {
    key: 'overdue',
    title: words.columns.overdue,
    sort: 'overdue',
    down: true,
    right: true,
    width: 90,
    render: (row) => <Amount n={row.overdue} urgent />,
  },
  {
    key: 'drift',
    title: words.columns.drift,
    sort: 'drift',
    down: true,
    right: true,
    width: 70,
    render: (row) => <Amount n={row.drift} urgent />,
  },
  {
    key: 'moved',
    title: words.columns.moved,
    sort: 'moved',
    down: true,
    width: 140,
    render: (row) => <When at={row.moved_at} />,
  },
  {
    key: 'started',
    title: words.columns.started,
    sort: 'started',
    down: true,
    width: 140,
    render: (row) => <When at={row.started_at} />,
  },
];

export function DeploymentsPage() {
  const [view] = useView();
  const tab = view.tab ?? 'deployments';
  const overdue = tab === 'overdue';
  return (
    <Page
      title={words.title}
      actions={
        <CopyAs
          noun={overdue ? 'deployment list --overdue' : 'deployment list'}
          path={overdue ? '/api/v1/deployment-steps' : '/api/v1/deployments'}
          filter={overdue ? both('overdue:yes', view.filter) : (view.filter ?? '')}
        />
      }
      bar={<TabLinks label={words.title} tabs={TABS} first="deployments" />}
    >
      {overdue ? <Overdue /> : <All />}
    </Page>
  );
}

function All() {
  const [view] = useView();
  const scope = view.site ? exact('site', view.site) : '';
  const list = useList(
    ['deployments'],
    { filter: both(scope, view.filter), sort: view.sort },
    (query) => data(api.GET('/api/v1/deployments', { params: { query } })),
    LIVE_MS,
  );
  return (
    <FilteredList
      name={words.title}
      list={list}
      columns={COLUMNS}
      rowKey={(row) => row.plan_id}
      fields={FIELDS}
      example={words.example}
      none={[words.emptyTitle, words.emptyText]}
      implied={scope}
    />
  );
}

function Overdue() {
  const [view] = useView();
  const scope = view.site ? exact('site', view.site) : '';
  const list = useList(
    ['deployment-steps', 'overdue'],
    { filter: both(both('overdue:yes', scope), view.filter), sort: view.sort },
    (query) => data(api.GET('/api/v1/deployment-steps', { params: { query } })),
    LIVE_MS,
  );
  return (
    <FilteredList
      name={words.tabs.overdue}
      list={list}
      columns={OVERDUE}
      rowKey={(row) => `${row.plan_id} ${row.number}`}
      fields={STEP_FIELDS}
      example={words.stepsExample}
      none={[words.overdueEmpty, words.overdueEmptyText]}
    />
  );
}

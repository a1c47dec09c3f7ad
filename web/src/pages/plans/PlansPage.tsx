// Change plans: which there are, where they stand, and what waits in them; proposing one.

import { Button } from '@patternfly/react-core';
import { Link, lazyRouteComponent } from '@tanstack/react-router';
import { Suspense, useState } from 'react';
import { api, data } from '../../api/client';
import { useMay } from '../../api/session';
import type { Plan } from '../../api/types';
import { messages } from '../../messages';
import { CopyAs } from '../../parts/CopyAs';
import type { Column } from '../../parts/DataTable';
import { Empty } from '../../parts/Empty';
import { FilterBar, filterFault } from '../../parts/FilterBar';
import { countWords, grouped, ListBody } from '../../parts/ListBody';
import { Loading } from '../../parts/Loading';
import { MarkText, NotApplicable, When } from '../../parts/MarkText';
import { Page } from '../../parts/Page';
import { TabLinks } from '../../parts/TabLinks';
import { useList } from '../../parts/useList';
import { both, exact } from '../../text/filter';
import { planMark } from '../../text/words';
import { useView } from '../../view';
import { ProposeDialog } from './ProposeDialog';

const words = messages.plans;
const FIELDS = 'title state site author steps assets waits made first last changed';

const COLUMNS: readonly Column<Plan>[] = [
  {
    key: 'title',
    title: words.columns.title,
    sort: 'title',
    render: (row) => (
      <Link to="/plans/$id" params={{ id: row.id }} data-row-main>
        {row.number}: {row.title}
      </Link>
    ),
  },
  {
    key: 'state',
    title: words.columns.state,
    sort: 'state',
    width: 160,
    render: (row) => <MarkText mark={planMark(row.state)} />,
  },
  { key: 'site', title: words.columns.site, sort: 'site', width: 180, render: (row) => row.site },
  ...(['steps', 'assets', 'waits'] as const).map((key) => ({
    key,
    title: words.columns[key],
    sort: key,
    down: true,
    right: true,
    width: 80,
    render: (row: Plan) => grouped(row[key]),
  })),
  {
    key: 'first',
    title: words.columns.first,
    sort: 'first',
    width: 140,
    render: (row) => (row.first_start ? <When at={row.first_start} /> : <NotApplicable />),
  },
  {
    key: 'last',
    title: words.columns.last,
    sort: 'last',
    width: 140,
    render: (row) => (row.last_free ? <When at={row.last_free} /> : <NotApplicable />),
  },
  { key: 'author', title: words.columns.author, sort: 'author', width: 140, render: (row) => row.author },
  {
    key: 'made',
    title: words.columns.made,
    sort: 'made',
    down: true,
    width: 110,
    render: (row) => <When at={row.made_at} dayOnly />,
  },
];

const PARTS = [
  ['plans', words.parts.plans],
  ['rules', words.parts.rules],
  ['groups', words.parts.groups],
  ['work', words.parts.work],
] as const;

// What plans rest on is written once and looked at seldom.
const RulesTab = lazyRouteComponent(() => import('./ground/RulesTab'), 'RulesTab');
const GroupsTab = lazyRouteComponent(() => import('./ground/GroupsTab'), 'GroupsTab');
const WorkTab = lazyRouteComponent(() => import('./ground/WorkTab'), 'WorkTab');

export function PlansPage() {
  const [view] = useView();
  const [proposing, setProposing] = useState(false);
  const mayPlan = useMay('write-plans');
  const tab = view.tab ?? 'plans';
  return (
    <Page
      title={words.title}
      actions={
        <>
          {mayPlan && tab === 'plans' && (
            <Button variant="primary" size="sm" onClick={() => setProposing(true)}>
              {words.propose}
            </Button>
          )}
          {tab === 'plans' && <CopyAs noun="plan list" path="/api/v1/plans" filter={view.filter ?? ''} />}
          {tab === 'groups' && <CopyAs noun="plan groups" path="/api/v1/redundancy-groups" filter="" />}
          {tab === 'work' && <CopyAs noun="plan profiles" path="/api/v1/work-profiles" filter="" />}
        </>
      }
      bar={<TabLinks label={words.title} tabs={PARTS} first="plans" />}
    >
      <Suspense fallback={<Loading />}>
        {tab === 'plans' && <PlanList />}
        {tab === 'rules' && <RulesTab />}
        {tab === 'groups' && <GroupsTab />}
        {tab === 'work' && <WorkTab />}
      </Suspense>
      {proposing && <ProposeDialog onClose={() => setProposing(false)} />}
    </Page>
  );
}

function PlanList() {
  const [view] = useView();
  const scope = view.site ? exact('site', view.site) : '';
  const list = useList(['plans'], { filter: both(scope, view.filter), sort: view.sort }, (query) =>
    data(api.GET('/api/v1/plans', { params: { query } })),
  );
  return (
    <>
      <FilterBar
        fields={FIELDS}
        example={words.example}
        count={countWords(list.count)}
        fault={filterFault(list.error)}
      />
      <ListBody
        name={words.title}
        list={list}
        columns={COLUMNS}
        rowKey={(row) => row.id}
        opens={false}
        implied={scope}
        nothingYet={
          <Empty title={words.emptyTitle}>
            <p>{words.emptyText}</p>
          </Empty>
        }
      />
    </>
  );
}

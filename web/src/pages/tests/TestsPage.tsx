// Tests: runs, the environments in which they take place, and the plans whose steps they follow.

import { Button } from '@patternfly/react-core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, data } from '../../api/client';
import { useMay } from '../../api/session';
import type { TestRun } from '../../api/types';
import { messages } from '../../messages';
import { CopyAs } from '../../parts/CopyAs';
import type { Column } from '../../parts/DataTable';
import { Empty } from '../../parts/Empty';
import { FilterBar, filterFault } from '../../parts/FilterBar';
import { countWords, grouped, ListBody } from '../../parts/ListBody';
import { MarkText, NotApplicable, When } from '../../parts/MarkText';
import { Page } from '../../parts/Page';
import { TabLinks } from '../../parts/TabLinks';
import { useList } from '../../parts/useList';
import { runMark } from '../../text/decisions';
import { useView } from '../../view';
import { BeginDialog } from './BeginDialog';
import { EnvironmentsTab } from './EnvironmentsTab';
import { PlansTab } from './PlansTab';

const words = messages.tests;
const names = words.columns;
const FIELDS = 'patch baseline kind environment plan state tester began ended';

const COLUMNS: readonly Column<TestRun>[] = [
  {
    key: 'patch',
    title: names.patch,
    sort: 'patch',
    width: 250,
    render: (row) => (
      <Link to="/tests/$id" params={{ id: row.id }} data-row-main>
        {row.patch}
      </Link>
    ),
  },
  {
    key: 'baseline',
    title: names.baseline,
    sort: 'baseline',
    width: 220,
    render: (row) => (
      <Link to="/baselines/$id" params={{ id: row.baseline_id }} search={{ open: row.patch }}>
        {row.baseline}
      </Link>
    ),
  },
  {
    key: 'place',
    title: names.place,
    sort: 'environment',
    render: (row) => (row.kind === 'pilot' ? words.pilotOf(row.assets.length) : row.environment),
  },
  { key: 'plan', title: names.plan, sort: 'plan', render: (row) => row.plan ?? <NotApplicable /> },
  {
    key: 'state',
    title: names.state,
    sort: 'state',
    width: 120,
    render: (row) => <MarkText mark={runMark(row.state)} />,
  },
  {
    key: 'steps',
    title: names.steps,
    width: 80,
    right: true,
    render: (row) => words.done(row.steps.filter((step) => step.result).length, row.steps.length),
  },
  { key: 'tester', title: names.tester, sort: 'tester', width: 120, render: (row) => row.tester },
  {
    key: 'began',
    title: names.began,
    sort: 'began',
    down: true,
    width: 145,
    render: (row) => <When at={row.began_at} />,
  },
  {
    key: 'ended',
    title: names.ended,
    sort: 'ended',
    down: true,
    width: 145,
    render: (row) => (row.ended_at ? <When at={row.ended_at} /> : <NotApplicable />),
  },
  { key: 'files', title: names.files, right: true, width: 60, render: (row) => grouped(row.attachments) },
];

export function TestsPage() {
  const [view] = useView();
  const [beginning, setBeginning] = useState(false);
  const mayTest = useMay('record-test');
  const tab = view.tab ?? 'runs';
  const list = useList(['test-runs'], { filter: view.filter, sort: view.sort }, (query) =>
    data(api.GET('/api/v1/test-runs', { params: { query } })),
  );
  return (
    <Page
      title={words.title}
      actions={
        <>
          {mayTest && <Button onClick={() => setBeginning(true)}>{words.begin}</Button>}
          {tab === 'runs' && <CopyAs noun="test list" path="/api/v1/test-runs" filter={view.filter ?? ''} />}
        </>
      }
      bar={
        <>
          <TabLinks
            label={words.tabsLabel}
            first="runs"
            tabs={[
              ['runs', words.tabs.runs],
              ['environments', words.tabs.environments],
              ['plans', words.tabs.plans],
            ]}
          />
          {tab === 'runs' && (
            <FilterBar
              fields={FIELDS}
              example={words.example}
              count={countWords(list.count)}
              fault={filterFault(list.error)}
            />
          )}
        </>
      }
    >
      {tab === 'environments' && <EnvironmentsTab />}
      {tab === 'plans' && <PlansTab />}
      {tab === 'runs' && (
        <ListBody
          name={words.tabs.runs}
          list={list}
          columns={COLUMNS}
          rowKey={(row) => row.id}
          opens={false}
          nothingYet={
            <Empty title={words.emptyRuns}>
              <p>{words.emptyRunsText}</p>
            </Empty>
          }
        />
      )}
      {beginning && <BeginDialog onClose={() => setBeginning(false)} />}
    </Page>
  );
}

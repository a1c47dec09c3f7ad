// Work orders: which sheets are out, what was told, and where a reading is wanted.

import { Button } from '@patternfly/react-core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, data } from '../../api/client';
import { useMay } from '../../api/session';
import type { WorkOrderLine } from '../../api/types';
import { CopyAs } from '../../parts/CopyAs';
import type { Column } from '../../parts/DataTable';
import { FilteredList } from '../../parts/FilteredList';
import { MarkText, NotApplicable, When } from '../../parts/MarkText';
import { Page } from '../../parts/Page';
import { useList } from '../../parts/useList';
import { stepMark } from '../../text/deployments';
import { both, exact } from '../../text/filter';
import { useView } from '../../view';
import { workOrders as words } from '../../words/travel';
import { StickDialog } from './StickDialog';

const FIELDS = 'number asset patch site plan technician state step halt start due issued issued_by changed';

const COLUMNS: readonly Column<WorkOrderLine>[] = [
  {
    key: 'asset',
    title: words.columns.asset,
    sort: 'asset',
    render: (row) => (
      <Link to="/work-orders/$id" params={{ id: row.id }} data-row-main>
        {row.number}: {row.asset}
      </Link>
    ),
  },
  { key: 'patch', title: words.columns.patch, sort: 'patch', width: 220, render: (row) => row.patch },
  { key: 'site', title: words.columns.site, sort: 'site', width: 160, render: (row) => row.site },
  {
    key: 'state',
    title: words.columns.state,
    sort: 'state',
    width: 150,
    render: (row) =>
      row.halt ? <span title={row.halt}>{words.halted}</span> : (words.states[row.state] ?? row.state),
  },
  {
    key: 'step',
    title: words.columns.step,
    sort: 'step',
    width: 150,
    render: (row) => (row.step_state ? <MarkText mark={stepMark(row.step_state)} /> : <NotApplicable />),
  },
  {
    key: 'revision',
    title: words.columns.revision,
    right: true,
    width: 60,
    render: (row) => row.revision,
  },
  {
    key: 'start',
    title: words.columns.start,
    sort: 'start',
    width: 150,
    render: (row) => <When at={row.start} />,
  },
  {
    key: 'due',
    title: words.columns.due,
    sort: 'due',
    width: 150,
    render: (row) => <When at={row.due} />,
  },
  {
    key: 'technician',
    title: words.columns.technician,
    sort: 'technician',
    width: 160,
    render: (row) => row.technician ?? <NotApplicable />,
  },
];

export function WorkOrdersPage() {
  const [view] = useView();
  const [stick, setStick] = useState(false);
  const mayTell = useMay('write-plans');
  const scope = view.site ? exact('site', view.site) : '';
  const filter = both(scope, view.filter);
  const list = useList(['work-orders'], { filter, sort: view.sort }, (query) =>
    data(api.GET('/api/v1/work-orders', { params: { query } })),
  );
  return (
    <Page
      title={words.title}
      actions={
        <>
          {mayTell && (
            <Button variant="secondary" onClick={() => setStick(true)}>
              {words.stick.take}
            </Button>
          )}
          <CopyAs noun="work-order list" path="/api/v1/work-orders" filter={filter} />
        </>
      }
    >
      <FilteredList
        name={words.title}
        list={list}
        columns={COLUMNS}
        rowKey={(row) => row.id}
        fields={FIELDS}
        example={words.example}
        none={[words.emptyTitle, words.emptyText]}
        implied={scope}
      />
      {stick && <StickDialog onClose={() => setStick(false)} />}
    </Page>
  );
}

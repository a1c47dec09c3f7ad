// How the steps of deployments stand in lists.

import { Link } from '@tanstack/react-router';
import type { DeploymentStep } from '../../api/types';
import { messages } from '../../messages';
import type { Column } from '../../parts/DataTable';
import { Age, MarkText, NotApplicable, When } from '../../parts/MarkText';
import { stepMark } from '../../text/deployments';

const words = messages.deployments;

export const STEP_FIELDS =
  'plan title site number asset patch state wait failed overdue drift reported observed verified start moved deadline seen';

const number: Column<DeploymentStep> = {
  key: 'number',
  title: words.step.number,
  sort: 'number',
  width: 64,
  right: true,
  render: (row) => (
    <Link
      to="/deployments/$id/steps/$number"
      params={{ id: row.plan_id, number: String(row.number) }}
      aria-label={words.stepTitle(row.number, row.asset)}
      data-row-main
    >
      {row.number}
    </Link>
  ),
};
export const plan: Column<DeploymentStep> = {
  key: 'plan',
  title: words.step.plan,
  sort: 'plan',
  width: 240,
  render: (row) => (
    <Link to="/deployments/$id" params={{ id: row.plan_id }}>
      {row.plan_number}: {row.title}
    </Link>
  ),
};
export const asset: Column<DeploymentStep> = {
  key: 'asset',
  title: words.step.asset,
  sort: 'asset',
  width: 150,
  render: (row) => (
    <Link to="/assets/$id" params={{ id: row.asset_id }}>
      {row.asset}
    </Link>
  ),
};
export const patch: Column<DeploymentStep> = {
  key: 'patch',
  title: words.step.patch,
  sort: 'patch',
  width: 220,
  render: (row) => row.patch,
};
export const state: Column<DeploymentStep> = {
  key: 'state',
  title: words.step.state,
  sort: 'state',
  down: true,
  width: 200,
  render: (row) => <MarkText mark={stepMark(row.state)} />,
};

export const STEPS: readonly Column<DeploymentStep>[] = [
  number,
  asset,
  patch,
  state,
  {
    key: 'waits',
    title: words.step.waits,
    sort: 'wait',
    render: (row) => <span title={row.wait_why ?? undefined}>{row.overdue ?? row.wait_why ?? ''}</span>,
  },
  {
    key: 'start',
    title: words.step.start,
    sort: 'start',
    width: 140,
    render: (row) => <When at={row.start} />,
  },
  {
    key: 'deadline',
    title: words.step.deadline,
    sort: 'deadline',
    width: 140,
    render: (row) => {
      const due = row.deadline ?? row.wait_until;
      return due ? <When at={due} /> : <NotApplicable />;
    },
  },
  {
    key: 'moved',
    title: words.elapsed,
    sort: 'moved',
    width: 80,
    render: (row) => <Age at={row.moved_at} />,
  },
];

export const OVERDUE: readonly Column<DeploymentStep>[] = [
  number,
  asset,
  state,
  {
    key: 'overdue',
    title: words.step.overdue,
    render: (row) => <span title={row.overdue ?? undefined}>{row.overdue ?? ''}</span>,
  },
  { key: 'since', title: words.step.since, width: 80, render: (row) => <Age at={row.overdue_since} /> },
  plan,
];

// What was worked on: reported, observed and verified apart; and the drift from what was verified.

import { Button } from '@patternfly/react-core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, data } from '../../api/client';
import { useMay } from '../../api/session';
import type { DeploymentStep, Drift } from '../../api/types';
import { messages } from '../../messages';
import { CopyAs } from '../../parts/CopyAs';
import type { Column } from '../../parts/DataTable';
import { Dialog } from '../../parts/Dialog';
import { FilteredList } from '../../parts/FilteredList';
import { MarkText, Unknown, When } from '../../parts/MarkText';
import { Page } from '../../parts/Page';
import { TabLinks } from '../../parts/TabLinks';
import { LIVE_MS, useList } from '../../parts/useList';
import { observedMark, reportedMark } from '../../text/deployments';
import { both, exact } from '../../text/filter';
import { useView } from '../../view';
import { asset, patch, plan, STEP_FIELDS, state } from '../deployments/stepColumns';
import { TextField } from '../plans/ProposeDialog';

const words = messages.verification;
const steps = messages.deployments;
const TABS = [
  ['worked', words.tabs.worked],
  ['drift', words.tabs.drift],
] as const;
const DRIFT_FIELDS = 'number asset site patch plan what by open seen closed';

/** Nine columns fit a window of 1,300 pixels; what is cut off in one stands in its title. */
const WORKED: readonly Column<DeploymentStep>[] = [
  {
    ...asset,
    width: 115,
    render: (row) => (
      <Link
        to="/deployments/$id/steps/$number"
        params={{ id: row.plan_id, number: String(row.number) }}
        data-row-main
      >
        {row.asset}
      </Link>
    ),
  },
  { ...patch, width: 160, render: (row) => <span title={row.patch}>{row.patch}</span> },
  {
    key: 'reported',
    title: steps.reported,
    sort: 'reported',
    down: true,
    width: 105,
    render: (row) => <MarkText mark={reportedMark(row.reported)} />,
  },
  {
    key: 'observed',
    title: steps.observed,
    sort: 'observed',
    down: true,
    render: (row) => (
      <span title={row.observed_what ?? undefined}>
        <MarkText mark={observedMark(row.observed)} /> {row.observed_what ?? ''}
      </span>
    ),
  },
  {
    key: 'seen',
    title: words.drift.seen,
    sort: 'seen',
    down: true,
    width: 140,
    render: (row) => <When at={row.observed_at} />,
  },
  {
    key: 'verified',
    title: steps.verified,
    sort: 'verified',
    width: 110,
    render: (row) =>
      row.verified_at ? (
        <>
          <MarkText mark={{ symbol: '✓', word: steps.verified, tone: 'plain' }} />{' '}
          {row.own_word && <span className="hp-muted">{steps.ownWord}</span>}
        </>
      ) : (
        <MarkText mark={{ symbol: '?', word: steps.notVerified, tone: 'unsure' }} />
      ),
  },
  {
    key: 'drift',
    title: words.tabs.drift,
    sort: 'drift',
    down: true,
    right: true,
    width: 50,
    render: (row) =>
      row.drift > 0 ? (
        <Link to="." search={{ tab: 'drift', filter: `open:yes asset="${row.asset}"` }}>
          {row.drift}
        </Link>
      ) : row.observed_at ? (
        <span className="hp-muted">0</span>
      ) : (
        <Unknown />
      ),
  },
  { ...state, width: 130 },
  {
    ...plan,
    width: 90,
    render: (row) => (
      <Link to="/deployments/$id" params={{ id: row.plan_id }} title={row.title}>
        {row.plan_number}: {row.title}
      </Link>
    ),
  },
];

export function VerificationPage() {
  const [view] = useView();
  const drift = (view.tab ?? 'worked') === 'drift';
  return (
    <Page
      title={words.title}
      actions={
        <CopyAs
          noun={drift ? 'deployment drift' : 'deployment verifications'}
          path={drift ? '/api/v1/drift' : '/api/v1/verifications'}
          filter={view.filter ?? ''}
        />
      }
      bar={<TabLinks label={words.title} tabs={TABS} first="worked" />}
    >
      {drift ? <DriftList /> : <Worked />}
    </Page>
  );
}

function Worked() {
  const [view] = useView();
  const scope = view.site ? exact('site', view.site) : '';
  const list = useList(
    ['verifications'],
    { filter: both(scope, view.filter), sort: view.sort ?? '-seen' },
    (query) => data(api.GET('/api/v1/verifications', { params: { query } })),
    LIVE_MS,
  );
  return (
    <FilteredList
      name={words.tabs.worked}
      list={list}
      columns={WORKED}
      rowKey={(row) => `${row.plan_id} ${row.number}`}
      fields={STEP_FIELDS}
      example={words.example}
      none={[words.emptyTitle, words.emptyText]}
      implied={scope}
    />
  );
}

function driftColumns(onSettle: ((row: Drift) => void) | undefined): readonly Column<Drift>[] {
  return [
    {
      key: 'asset',
      title: words.drift.asset,
      sort: 'asset',
      width: 150,
      render: (row) => (
        <Link
          to="/deployments/$id/steps/$number"
          params={{ id: row.plan_id, number: String(row.step) }}
          data-row-main
        >
          {row.asset}
        </Link>
      ),
    },
    {
      key: 'what',
      title: words.drift.what,
      sort: 'what',
      render: (row) => <span title={row.what}>{row.what}</span>,
    },
    { key: 'patch', title: words.drift.patch, sort: 'patch', width: 220, render: (row) => row.patch },
    {
      key: 'seen',
      title: words.drift.seen,
      sort: 'seen',
      down: true,
      width: 140,
      render: (row) => <When at={row.seen_at} />,
    },
    { key: 'by', title: words.drift.by, sort: 'by', width: 140, render: (row) => row.seen_by },
    {
      key: 'baseline',
      title: words.drift.baseline,
      width: 140,
      render: (row) => <When at={row.baseline_at} />,
    },
    {
      key: 'state',
      title: words.drift.state,
      sort: 'open',
      down: true,
      width: 190,
      render: (row) =>
        row.closed_at ? (
          <span title={row.closed_why ?? undefined}>
            <MarkText mark={{ symbol: '—', word: words.closed, tone: 'muted' }} /> {row.closed_why}
          </span>
        ) : (
          <>
            <MarkText mark={{ symbol: '✗', word: words.open, tone: 'act' }} />{' '}
            {onSettle && (
              <Button size="sm" variant="link" isInline onClick={() => onSettle(row)}>
                {words.settle}
              </Button>
            )}
          </>
        ),
    },
  ];
}

function DriftList() {
  const [view] = useView();
  const [settling, setSettling] = useState<Drift>();
  const may = useMay('write-plans');
  const scope = view.site ? exact('site', view.site) : '';
  const list = useList(
    ['drift'],
    { filter: both(scope, view.filter), sort: view.sort },
    (query) => data(api.GET('/api/v1/drift', { params: { query } })),
    LIVE_MS,
  );
  return (
    <>
      <FilteredList
        name={words.tabs.drift}
        list={list}
        columns={driftColumns(may ? setSettling : undefined)}
        rowKey={(row) => String(row.number)}
        fields={DRIFT_FIELDS}
        example={words.driftExample}
        none={[words.driftTitle, words.driftText]}
        implied={scope}
      />
      {settling && <SettleDialog drift={settling} onClose={() => setSettling(undefined)} />}
    </>
  );
}

function SettleDialog({ drift, onClose }: { drift: Drift; onClose: () => void }) {
  const queries = useQueryClient();
  const [reason, setReason] = useState('');
  const send = useMutation({
    mutationFn: () =>
      data(
        api.POST('/api/v1/drift/{number}/settle', {
          params: { path: { number: String(drift.number) } },
          body: { reason: reason.trim() },
        }),
      ),
    onSuccess: async () => {
      onClose();
      await queries.invalidateQueries();
    },
  });
  return (
    <Dialog
      title={`${words.settle}: ${drift.asset}`}
      text={`${drift.what}. ${words.settleText}`}
      submit={words.settle}
      ready={reason.trim().length >= 3}
      busy={send.isPending}
      error={send.error}
      onSubmit={() => send.mutate()}
      onClose={onClose}
    >
      <TextField id="reason" label={messages.actions.reason} required value={reason} onChange={setReason} />
    </Dialog>
  );
}

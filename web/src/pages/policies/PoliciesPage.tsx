// Policies: what holds, what was proposed, what has to be looked at again, and when the regular cycle comes round.

import { Button } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, data } from '../../api/client';
import { useMay } from '../../api/session';
import type { PolicyLine, PolicyRound } from '../../api/types';
import { messages } from '../../messages';
import { CopyAs } from '../../parts/CopyAs';
import { Empty } from '../../parts/Empty';
import { MarkText, NotApplicable, When } from '../../parts/MarkText';
import { Page } from '../../parts/Page';
import { ProblemNote } from '../../parts/ProblemNote';
import { TabLinks } from '../../parts/TabLinks';
import { type WholeColumn, WholeTable } from '../../parts/WholeTable';
import { useView } from '../../view';
import { ImportDialog } from './ImportDialog';
import { ReviewsTab } from './ReviewsTab';
import { RevisionDrawer } from './RevisionDrawer';
import { RevisionsTab } from './RevisionsTab';

const words = messages.policies;
const names = words.columns;
const TABS = [
  ['holds', words.tabs.holds],
  ['revisions', words.tabs.revisions],
  ['reviews', words.tabs.reviews],
  ['cycle', words.tabs.cycle],
] as const;

export function PoliciesPage() {
  const [view, change] = useView();
  const [importing, setImporting] = useState(false);
  const mayWrite = useMay('write-decisions');
  const maySet = useMay('write-settings');
  const tab = view.tab ?? 'holds';
  const [kind, number] = (view.open ?? '').split('/');
  return (
    <Page
      title={words.title}
      actions={
        <>
          {(mayWrite || maySet) && (
            <Button size="sm" variant="secondary" onClick={() => setImporting(true)}>
              {words.import}
            </Button>
          )}
          <a href="/api/v1/policies:export" download="holdpoint-policies.toml">
            {words.export}
          </a>
          <CopyAs noun="policy list" path="/api/v1/policies" filter="" />
        </>
      }
      bar={<TabLinks label={words.tabsLabel} tabs={TABS} first="holds" />}
      drawer={
        tab === 'revisions' &&
        kind &&
        number && (
          <RevisionDrawer kind={kind} number={Number(number)} onClose={() => change({ open: undefined })} />
        )
      }
    >
      {tab === 'holds' && <HoldsTab />}
      {tab === 'revisions' && <RevisionsTab />}
      {tab === 'reviews' && <ReviewsTab />}
      {tab === 'cycle' && <CycleTab />}
      {importing && <ImportDialog onClose={() => setImporting(false)} />}
    </Page>
  );
}

const COLUMNS: readonly WholeColumn<PolicyLine>[] = [
  {
    title: names.policy,
    render: (row) => (
      <>
        <Link to="/policies/$kind" params={{ kind: row.kind }} search={row.site ? { site: row.site } : {}}>
          {row.title}
        </Link>
        <div className="hp-small hp-muted">{row.about}</div>
      </>
    ),
  },
  { title: names.where, render: (row) => row.site ?? words.allSites },
  { title: names.revision, render: (row) => (row.revision === 0 ? words.brought : row.revision) },
  { title: names.own, render: (row) => words.ownOf(row.own_values) },
  {
    title: names.since,
    render: (row) => (row.since ? <When at={row.since} dayOnly /> : words.beginning),
  },
  { title: names.author, render: (row) => row.author ?? words.broughtBy },
  { title: names.published, render: (row) => row.published_by ?? <NotApplicable /> },
  { title: names.waiting, render: (row) => <Waiting row={row} /> },
];

function Waiting({ row }: { row: PolicyLine }) {
  if (row.waiting.length === 0) {
    return <NotApplicable />;
  }
  return row.waiting.map((number) => (
    <Link
      key={number}
      to="."
      search={{ tab: 'revisions', open: `${row.kind}/${number}` }}
      className="hp-wait"
    >
      <MarkText mark={{ symbol: '◷', word: words.waits(number), tone: 'running' }} />
    </Link>
  ));
}

function HoldsTab() {
  const [view] = useView();
  const list = useQuery({ queryKey: ['policies'], queryFn: () => data(api.GET('/api/v1/policies')) });
  // In the scope of a site: its own policies, and the general ones that it follows.
  const own = new Set(list.data?.items.filter((one) => one.site === view.site).map((one) => one.kind));
  const rows = list.data?.items.filter(
    (one) => !view.site || one.site === view.site || (!one.site && !own.has(one.kind)),
  );
  return (
    <>
      {list.error && <ProblemNote error={list.error} onRetry={() => void list.refetch()} />}
      {list.isPending && (
        <p className="hp-loading" role="status">
          {messages.list.loading} …
        </p>
      )}
      {rows && (
        <WholeTable
          wrap
          label={words.tabs.holds}
          columns={COLUMNS}
          rows={rows}
          rowKey={(row) => `${row.kind} ${row.site_id ?? ''}`}
        />
      )}
    </>
  );
}

const ROUNDS: readonly WholeColumn<PolicyRound>[] = [
  { title: words.cycleColumns.begins, render: (row) => <span className="hp-number">{row.begins}</span> },
  {
    title: words.cycleColumns.evaluate,
    render: (row) => <span className="hp-number">{row.evaluate_by}</span>,
  },
  { title: words.cycleColumns.test, render: (row) => <span className="hp-number">{row.test_by}</span> },
  { title: words.cycleColumns.install, render: (row) => <span className="hp-number">{row.install_by}</span> },
];

function CycleTab() {
  const [view] = useView();
  const rounds = useQuery({
    queryKey: ['policy-rounds', view.site],
    queryFn: () =>
      data(
        api.GET('/api/v1/policies:cycle', {
          params: { query: { limit: 12, ...(view.site ? { site: view.site } : {}) } },
        }),
      ),
  });
  return (
    <>
      {rounds.error && <ProblemNote error={rounds.error} onRetry={() => void rounds.refetch()} />}
      {rounds.isPending && (
        <p className="hp-loading" role="status">
          {messages.list.loading} …
        </p>
      )}
      {rounds.data?.items.length === 0 && <Empty title={words.cycleEmpty} />}
      {(rounds.data?.items.length ?? 0) > 0 && (
        <WholeTable
          label={words.tabs.cycle}
          note={words.cycleNote}
          columns={ROUNDS}
          rows={rounds.data?.items ?? []}
          rowKey={(row) => row.begins}
        />
      )}
    </>
  );
}

// What crossed the air gap, what was refused and why, and overrides that wait for a second person.

import { Alert, Button } from '@patternfly/react-core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, data } from '../../api/client';
import { useMay } from '../../api/session';
import type { ExpiryOverride, TransferBundle } from '../../api/types';
import { messages } from '../../messages';
import { CopyAs } from '../../parts/CopyAs';
import type { Column } from '../../parts/DataTable';
import { Dialog } from '../../parts/Dialog';
import { Empty } from '../../parts/Empty';
import { FilterBar, filterFault } from '../../parts/FilterBar';
import { countWords, grouped, ListBody } from '../../parts/ListBody';
import { Said, When } from '../../parts/MarkText';
import { Page } from '../../parts/Page';
import { ProblemNote } from '../../parts/ProblemNote';
import { TabLinks } from '../../parts/TabLinks';
import { useList } from '../../parts/useList';
import { useView } from '../../view';
import { transfer as words } from '../../words/travel';
import { TextField } from '../plans/ProposeDialog';
import { Kept } from './Kept';
import { OfficeApprovals } from './OfficeApprovals';
import { useWaiting, Waiting } from './Waiting';

const FIELDS = 'direction kind state site sequence size made expires signed_by medium carrier refusal at';

function columns(onAsk: ((row: TransferBundle) => void) | undefined): readonly Column<TransferBundle>[] {
  return [
    { key: 'at', title: words.columns.at, sort: 'at', width: 155, render: (row) => <When at={row.at} /> },
    {
      key: 'direction',
      title: words.columns.direction,
      sort: 'direction',
      width: 55,
      render: (row) => words.directions[row.direction] ?? row.direction,
    },
    {
      key: 'kind',
      title: words.columns.kind,
      sort: 'kind',
      width: 80,
      render: (row) => words.kinds[row.kind] ?? row.kind,
    },
    { key: 'site', title: words.columns.site, sort: 'site', width: 140, render: (row) => row.site },
    {
      key: 'sequence',
      title: words.columns.sequence,
      sort: 'sequence',
      right: true,
      width: 50,
      render: (row) => grouped(row.sequence),
    },
    {
      key: 'state',
      title: words.columns.state,
      sort: 'state',
      width: 150,
      render: (row) => {
        const state = words.states[row.state] ?? row.state;
        return row.waiting > 0 ? words.place.of(state, row.waiting) : state;
      },
    },
    {
      key: 'words',
      title: words.columns.words,
      render: (row) => (
        <>
          {row.refusal === 'expired' && onAsk && (
            <>
              <Button variant="link" size="sm" isInline onClick={() => onAsk(row)}>
                {words.ask}
              </Button>{' '}
            </>
          )}
          <span title={row.words ?? undefined}>{row.words ?? ''}</span>
        </>
      ),
    },
    {
      key: 'expires',
      title: words.columns.expires,
      sort: 'expires',
      width: 105,
      render: (row) => (row.expires_at ? <When at={row.expires_at} dayOnly /> : <Said value={null} />),
    },
    {
      key: 'medium',
      title: words.columns.medium,
      sort: 'medium',
      width: 150,
      render: (row) => <Carried row={row} />,
    },
  ];
}

/** The medium and who carried it. */
function Carried({ row }: { row: TransferBundle }) {
  const both = [row.medium, row.carrier].filter((one) => one).join(', ');
  return both === '' ? <Said value={null} /> : <span title={both}>{both}</span>;
}

const TABS = [
  ['bundles', words.tabs.bundles],
  ['waiting', words.tabs.waiting],
  ['approvals', words.tabs.approvals],
  ['kept', words.tabs.kept],
] as const;

export function TransferPage() {
  const [view] = useView();
  const tab = view.tab ?? 'bundles';
  return (
    <Page
      title={words.title}
      actions={
        tab === 'bundles' && (
          <CopyAs noun="transfer list" path="/api/v1/transfers" filter={view.filter ?? ''} />
        )
      }
      bar={<TabLinks label={words.title} tabs={TABS} first="bundles" />}
    >
      {tab === 'bundles' && <Bundles />}
      {tab === 'waiting' && <Waiting />}
      {tab === 'approvals' && <OfficeApprovals />}
      {tab === 'kept' && <Kept />}
    </Page>
  );
}

function Bundles() {
  const [view] = useView();
  const [asked, setAsked] = useState<TransferBundle>();
  const mayAsk = useMay('write-advisories');
  const list = useList(['transfers'], { filter: view.filter, sort: view.sort }, (query) =>
    data(api.GET('/api/v1/transfers', { params: { query } })),
  );
  return (
    <>
      <Overrides />
      <WaitingNote />
      <FilterBar
        fields={FIELDS}
        example={words.example}
        count={countWords(list.count)}
        fault={filterFault(list.error)}
      />
      <ListBody
        name={words.title}
        list={list}
        columns={columns(mayAsk ? setAsked : undefined)}
        rowKey={(row) => row.id}
        opens={false}
        nothingYet={
          <Empty title={words.emptyTitle}>
            <p>{words.emptyText}</p>
          </Empty>
        }
      />
      {asked && <AskDialog bundle={asked} onClose={() => setAsked(undefined)} />}
    </>
  );
}

function WaitingNote() {
  const found = useWaiting();
  const n = found.data?.items.length ?? 0;
  if (found.error) {
    return <ProblemNote error={found.error} onRetry={() => void found.refetch()} />;
  }
  return n === 0 ? null : (
    <Alert isInline component="h2" variant="warning" title={words.place.some(n)}>
      <Link to="." search={(old: Record<string, unknown>) => ({ ...old, tab: 'waiting' })}>
        {words.place.look}
      </Link>
    </Alert>
  );
}

function Overrides() {
  const queries = useQueryClient();
  const mayApprove = useMay('approve');
  const found = useQuery({
    queryKey: ['transfer-overrides'],
    queryFn: () => data(api.GET('/api/v1/transfer-overrides')),
  });
  const answer = useMutation({
    mutationFn: ({ one, agrees }: { one: ExpiryOverride; agrees: boolean }) => {
      const params = { params: { path: { id: one.id } }, body: { reason: '' } };
      return agrees
        ? data(api.POST('/api/v1/transfer-overrides/{id}/agree', params))
        : data(api.POST('/api/v1/transfer-overrides/{id}/decline', params));
    },
    onSuccess: () => queries.invalidateQueries(),
  });
  const all = found.data?.items ?? [];
  return (
    <>
      {found.error && <ProblemNote error={found.error} onRetry={() => void found.refetch()} />}
      {answer.error && <ProblemNote error={answer.error} wrote />}
      {all
        .filter((one) => one.state === 'asked')
        .map((one) => (
          <Alert key={one.id} isInline component="h2" variant="warning" title={words.waiting}>
            <p>{words.waitingText(one.site, one.sequence, one.asked_by, one.reason)}</p>
            {mayApprove && (
              <>
                <Button variant="secondary" size="sm" onClick={() => answer.mutate({ one, agrees: true })}>
                  {words.agree}
                </Button>{' '}
                <Button variant="link" size="sm" onClick={() => answer.mutate({ one, agrees: false })}>
                  {words.decline}
                </Button>
              </>
            )}
          </Alert>
        ))}
      {all
        .filter((one) => one.state === 'used')
        .slice(0, 1)
        .map((one) => (
          <Alert key={one.id} isInline component="h2" variant="warning" title={words.overridden}>
            <p>
              {words.overriddenText(one.site, one.sequence, one.asked_by, one.agreed_by ?? '', one.reason)}
            </p>
          </Alert>
        ))}
    </>
  );
}

function AskDialog({ bundle, onClose }: { bundle: TransferBundle; onClose: () => void }) {
  const queries = useQueryClient();
  const [reason, setReason] = useState('');
  const ask = useMutation({
    mutationFn: () =>
      data(
        api.POST('/api/v1/transfers/{id}/override', {
          params: { path: { id: bundle.id } },
          body: { reason },
        }),
      ),
    onSuccess: async () => {
      onClose();
      await queries.invalidateQueries();
    },
  });
  return (
    <Dialog
      title={words.ask}
      text={words.askText}
      submit={words.ask}
      ready={reason.trim() !== ''}
      busy={ask.isPending}
      error={ask.error}
      onSubmit={() => ask.mutate()}
      onClose={onClose}
    >
      <TextField
        id="override-reason"
        label={messages.actions.reason}
        required
        value={reason}
        onChange={setReason}
      />
    </Dialog>
  );
}

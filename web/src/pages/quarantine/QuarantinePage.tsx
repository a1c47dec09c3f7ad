// Documents that were not taken, with the reason; and letting one in all the same.

import { Button, FormGroup, TextInput } from '@patternfly/react-core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, data } from '../../api/client';
import { useMay } from '../../api/session';
import type { Quarantined } from '../../api/types';
import { messages } from '../../messages';
import { CopyAs } from '../../parts/CopyAs';
import type { Column } from '../../parts/DataTable';
import { Dialog } from '../../parts/Dialog';
import { Drawer } from '../../parts/Drawer';
import { Empty } from '../../parts/Empty';
import { Facts, Section } from '../../parts/Facts';
import { FilterBar, filterFault } from '../../parts/FilterBar';
import { countWords, ListBody } from '../../parts/ListBody';
import { NotApplicable, When } from '../../parts/MarkText';
import { Page } from '../../parts/Page';
import { Sentence } from '../../parts/Sentence';
import { useList } from '../../parts/useList';
import { useView } from '../../view';
import { ImportReport } from '../advisories/ImportDialog';

const words = messages.quarantine;

const COLUMNS: readonly Column<Quarantined>[] = [
  { key: 'name', title: words.columns.name, sort: 'name', width: 260, render: (row) => row.name },
  { key: 'what', title: words.columns.what, render: (row) => <span title={row.what}>{row.what}</span> },
  {
    key: 'source',
    title: words.columns.source,
    sort: 'source',
    width: 240,
    render: (row) => <span title={row.source}>{row.source}</span>,
  },
  {
    key: 'received',
    title: words.columns.received,
    sort: 'received',
    down: true,
    width: 140,
    render: (row) => <When at={row.received_at} />,
  },
  {
    key: 'released',
    title: words.columns.released,
    sort: 'released',
    down: true,
    width: 140,
    render: (row) => (row.released_at ? <When at={row.released_at} /> : <NotApplicable />),
  },
];

export function QuarantinePage() {
  const [view, change] = useView();
  const list = useList(['quarantine'], { filter: view.filter, sort: view.sort }, (query) =>
    data(api.GET('/api/v1/quarantine', { params: { query } })),
  );
  const open = list.items.find((row) => row.id === view.open);
  return (
    <Page
      title={words.title}
      actions={<CopyAs noun="quarantine list" path="/api/v1/quarantine" filter={view.filter ?? ''} />}
      bar={
        <FilterBar
          example={words.example}
          fields="source name code received released"
          count={countWords(list.count)}
          fault={filterFault(list.error)}
        />
      }
      drawer={open && <QuarantineDrawer row={open} onClose={() => change({ open: undefined })} />}
    >
      <ListBody
        name={words.title}
        list={list}
        columns={COLUMNS}
        rowKey={(row) => row.id}
        nothingYet={
          <Empty title={words.emptyTitle}>
            <p>{words.emptyText}</p>
          </Empty>
        }
      />
    </Page>
  );
}

function QuarantineDrawer({ row, onClose }: { row: Quarantined; onClose: () => void }) {
  const [releasing, setReleasing] = useState(false);
  const mayRelease = useMay('write-advisories');
  return (
    <Drawer
      title={row.name}
      kicker={row.source}
      onClose={onClose}
      actions={
        mayRelease &&
        !row.released_at && (
          <Button size="sm" variant="secondary" onClick={() => setReleasing(true)}>
            {words.release}
          </Button>
        )
      }
    >
      <Section title={words.columns.what}>
        <p>
          <Sentence text={row.what} />
        </p>
      </Section>
      <Section title={words.meaning}>
        <p>
          <Sentence text={row.meaning} />
        </p>
      </Section>
      <Section title={words.remedy}>
        <p>
          <Sentence text={row.remedy} />
        </p>
      </Section>
      <Facts
        rows={[
          [
            words.code,
            <span key="c" className="hp-mono">
              {row.code}
            </span>,
          ],
          [words.columns.received, <When key="r" at={row.received_at} />],
          [
            words.released,
            row.released_at ? (
              <span key="l">
                <When at={row.released_at} /> {row.released_by && words.releasedBy(row.released_by)}
              </span>
            ) : (
              <NotApplicable key="l" />
            ),
          ],
          [
            words.hash,
            <span key="h" className="hp-mono hp-break">
              {row.sha256}
            </span>,
          ],
        ]}
      />
      {releasing && <ReleaseDialog row={row} onClose={() => setReleasing(false)} />}
    </Drawer>
  );
}

function ReleaseDialog({ row, onClose }: { row: Quarantined; onClose: () => void }) {
  const queries = useQueryClient();
  const [reason, setReason] = useState('');
  const release = useMutation({
    mutationFn: () =>
      data(
        api.POST('/api/v1/quarantine/{id}/release', { params: { path: { id: row.id }, query: { reason } } }),
      ),
    onSuccess: () => queries.invalidateQueries(),
  });
  return (
    <Dialog
      title={words.releaseTitle}
      text={words.releaseText}
      submit={release.data ? undefined : words.release}
      ready={reason.trim() !== ''}
      busy={release.isPending}
      error={release.error}
      onSubmit={() => release.mutate()}
      onClose={onClose}
    >
      {release.data ? (
        <ImportReport report={release.data} />
      ) : (
        <FormGroup label={messages.actions.reason} fieldId="reason" isRequired>
          <TextInput
            id="reason"
            maxLength={500}
            isRequired
            value={reason}
            onChange={(_, value) => setReason(value)}
          />
        </FormGroup>
      )}
    </Dialog>
  );
}

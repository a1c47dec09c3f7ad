// Who speaks for a supplier besides the supplier itself: their yes counts for its products from the day on which somebody who
// may approve named them.

import { Button, FormGroup, TextInput } from '@patternfly/react-core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, data } from '../../api/client';
import { useMay } from '../../api/session';
import type { Speaker } from '../../api/types';
import { messages } from '../../messages';
import { Dialog } from '../../parts/Dialog';
import { Empty } from '../../parts/Empty';
import { When } from '../../parts/MarkText';
import { ProblemNote } from '../../parts/ProblemNote';
import { type WholeColumn, WholeTable } from '../../parts/WholeTable';

const words = messages.suppliers.speakers;

export function SpeakersTab() {
  const mayName = useMay('approve');
  const [naming, setNaming] = useState(false);
  const [leaving, setLeaving] = useState<Speaker>();
  const list = useQuery({ queryKey: ['speakers'], queryFn: () => data(api.GET('/api/v1/speakers')) });
  const columns: readonly WholeColumn<Speaker>[] = [
    { title: words.vendor, render: (row) => row.vendor },
    { title: words.publisher, render: (row) => row.publisher },
    { title: words.since, render: (row) => <When at={row.since} dayOnly /> },
    { title: words.by, render: (row) => row.by },
    { title: words.why, render: (row) => row.reason },
    ...(mayName
      ? [
          {
            title: '',
            render: (row: Speaker) => (
              <button
                type="button"
                className="hp-link"
                aria-label={words.removeOf(row.publisher, row.vendor)}
                onClick={() => setLeaving(row)}
              >
                {words.remove}
              </button>
            ),
          },
        ]
      : []),
  ];
  const rows = list.data?.items;
  return (
    <>
      <div className="hp-toolbar">
        <span className="hp-muted">{words.about}</span>
        {mayName && (
          <Button size="sm" variant="secondary" onClick={() => setNaming(true)}>
            {words.name}
          </Button>
        )}
      </div>
      {list.error && <ProblemNote error={list.error} onRetry={() => void list.refetch()} />}
      {rows?.length === 0 && (
        <Empty title={words.none}>
          <p>{words.noneText}</p>
        </Empty>
      )}
      {rows && rows.length > 0 && (
        <WholeTable
          wrap
          label={messages.suppliers.tabs.speakers}
          columns={columns}
          rows={rows}
          rowKey={(row) => `${row.vendor} ${row.publisher}`}
        />
      )}
      {naming && <NameDialog onClose={() => setNaming(false)} />}
      {leaving && <RemoveDialog one={leaving} onClose={() => setLeaving(undefined)} />}
    </>
  );
}

function NameDialog({ onClose }: { onClose: () => void }) {
  const queries = useQueryClient();
  const [publisher, setPublisher] = useState('');
  const [vendor, setVendor] = useState('');
  const [reason, setReason] = useState('');
  const send = useMutation({
    mutationFn: () =>
      data(
        api.POST('/api/v1/speakers', {
          params: { query: { reason: reason.trim() } },
          body: { publisher: publisher.trim(), vendor: vendor.trim() },
        }),
      ),
    onSuccess: async () => {
      onClose();
      await queries.invalidateQueries();
    },
  });
  const fields = [
    ['publisher', words.publisher, publisher, setPublisher],
    ['vendor', words.vendor, vendor, setVendor],
  ] as const;
  return (
    <Dialog
      title={words.name}
      text={words.nameText}
      submit={words.name}
      ready={publisher.trim() !== '' && vendor.trim() !== '' && reason.trim().length >= 3}
      busy={send.isPending}
      error={send.error}
      onSubmit={() => send.mutate()}
      onClose={onClose}
    >
      {fields.map(([key, label, value, set]) => (
        <FormGroup key={key} label={label} fieldId={`speaker-${key}`} isRequired>
          <TextInput
            id={`speaker-${key}`}
            maxLength={200}
            isRequired
            value={value}
            onChange={(_, said) => set(said)}
          />
        </FormGroup>
      ))}
      <Reason value={reason} onChange={setReason} />
    </Dialog>
  );
}

function RemoveDialog({ one, onClose }: { one: Speaker; onClose: () => void }) {
  const queries = useQueryClient();
  const [reason, setReason] = useState('');
  const send = useMutation({
    mutationFn: () =>
      api.DELETE('/api/v1/speakers', {
        params: { query: { publisher: one.publisher, vendor: one.vendor, reason: reason.trim() } },
      }),
    onSuccess: async () => {
      onClose();
      await queries.invalidateQueries();
    },
  });
  return (
    <Dialog
      title={words.removeOf(one.publisher, one.vendor)}
      text={words.removeText}
      submit={words.remove}
      ready={reason.trim().length >= 3}
      busy={send.isPending}
      error={send.error}
      onSubmit={() => send.mutate()}
      onClose={onClose}
    >
      <Reason value={reason} onChange={setReason} />
    </Dialog>
  );
}

function Reason({ value, onChange }: { value: string; onChange: (said: string) => void }) {
  return (
    <FormGroup label={messages.actions.reason} fieldId="speaker-reason" isRequired>
      <TextInput
        id="speaker-reason"
        maxLength={2000}
        isRequired
        value={value}
        onChange={(_, said) => onChange(said)}
      />
    </FormGroup>
  );
}

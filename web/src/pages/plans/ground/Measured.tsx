// How long work took, as it was measured, and writing down what was done without a plan.

import { Button } from '@patternfly/react-core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, data } from '../../../api/client';
import type { WorkObservation } from '../../../api/types';
import { messages } from '../../../messages';
import { Dialog } from '../../../parts/Dialog';
import { Section } from '../../../parts/Facts';
import { grouped } from '../../../parts/ListBody';
import { Said, When } from '../../../parts/MarkText';
import { NumberField } from '../../../parts/NumberField';
import { ProblemNote } from '../../../parts/ProblemNote';
import { type WholeColumn, WholeTable } from '../../../parts/WholeTable';
import { typed } from '../../../text/lengths';
import { spoken } from '../../../text/words';
import { ground as words } from '../../../words/planning';
import { TextField } from '../ProposeDialog';

const names = words.measured;
/** The newest measurements that are shown. */
const SHOWN = 50;

const COLUMNS: readonly WholeColumn<WorkObservation>[] = [
  { title: names.columns.patch, render: (row) => row.patch },
  { title: names.columns.kind, render: (row) => <Said value={row.kind ? spoken(row.kind) : null} /> },
  { title: names.columns.product, render: (row) => <Said value={row.product} /> },
  { title: names.columns.work, right: true, render: (row) => row.work_minutes },
  {
    title: names.columns.undo,
    right: true,
    render: (row) => row.undo_minutes ?? <span className="hp-muted">{names.noUndo}</span>,
  },
  { title: names.columns.at, render: (row) => <When at={row.at} /> },
  {
    title: names.columns.asset,
    render: (row) => (
      <Link to="/assets/$id" params={{ id: row.asset_id }}>
        {names.open}
      </Link>
    ),
  },
];

export function Measured({ mayWrite }: { mayWrite: boolean }) {
  const [isWriting, setWriting] = useState(false);
  const found = useQuery({
    queryKey: ['work-observations'],
    queryFn: () => data(api.GET('/api/v1/work-observations')),
  });
  const all = found.data?.items ?? [];
  const shown = all.slice(0, SHOWN);
  return (
    <Section title={names.label} top>
      {found.error && <ProblemNote error={found.error} onRetry={() => void found.refetch()} />}
      <p className="hp-muted">{found.data && all.length === 0 ? names.none : names.note}</p>
      {all.length > SHOWN && <p className="hp-muted">{names.newest(SHOWN, grouped(all.length))}</p>}
      {mayWrite && (
        <p className="hp-below">
          <Button variant="secondary" size="sm" onClick={() => setWriting(true)}>
            {names.add}
          </Button>
        </p>
      )}
      {shown.length > 0 && (
        <WholeTable
          label={names.label}
          columns={COLUMNS}
          rows={shown}
          rowKey={(row) => `${row.asset_id} ${row.patch} ${row.at}`}
          wrap
        />
      )}
      {isWriting && <MeasuredDialog onClose={() => setWriting(false)} />}
    </Section>
  );
}

function MeasuredDialog({ onClose }: { onClose: () => void }) {
  const queries = useQueryClient();
  const [form, setForm] = useState({ asset: '', patch: '', work: '', undo: '', at: '', reason: '' });
  const set = (name: keyof typeof form) => (value: string) => setForm({ ...form, [name]: value });
  const work = typed(form.work);
  const write = useMutation({
    mutationFn: (work_minutes: number) =>
      data(
        api.POST('/api/v1/work-observations', {
          body: {
            asset: form.asset.trim(),
            patch: form.patch.trim(),
            work_minutes,
            undo_minutes: typed(form.undo) ?? null,
            at: form.at.trim() || null,
            reason: form.reason.trim(),
          },
        }),
      ),
    onSuccess: async () => {
      onClose();
      await queries.invalidateQueries();
    },
  });
  const isWhole = form.undo.trim() === '' || typed(form.undo) !== undefined;
  return (
    <Dialog
      title={names.add}
      submit={messages.actions.save}
      ready={form.asset.trim() !== '' && form.patch.trim() !== '' && work !== undefined && isWhole}
      busy={write.isPending}
      error={write.error}
      onSubmit={() => work !== undefined && write.mutate(work)}
      onClose={onClose}
    >
      <TextField
        id="measured-asset"
        label={names.asset}
        required
        value={form.asset}
        onChange={set('asset')}
      />
      <TextField
        id="measured-patch"
        label={names.patch}
        required
        value={form.patch}
        onChange={set('patch')}
      />
      <NumberField id="measured-work" label={names.work} required value={form.work} onChange={set('work')} />
      <NumberField
        id="measured-undo"
        label={names.undo}
        help={names.undoHelp}
        value={form.undo}
        onChange={set('undo')}
      />
      <TextField id="measured-at" label={names.at} help={names.atHelp} value={form.at} onChange={set('at')} />
      <TextField id="reason" label={messages.actions.reason} value={form.reason} onChange={set('reason')} />
    </Dialog>
  );
}

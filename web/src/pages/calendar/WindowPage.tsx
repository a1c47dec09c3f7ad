// One window or freeze: when it comes, what freezes leave of it, what is planned in it; changing and ending it.

import { Alert, Button } from '@patternfly/react-core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { api, data } from '../../api/client';
import { useMay } from '../../api/session';
import type { CalendarShown, WorkWindow } from '../../api/types';
import { messages } from '../../messages';
import { CopyAs } from '../../parts/CopyAs';
import { Dialog } from '../../parts/Dialog';
import { Facts, Section } from '../../parts/Facts';
import { grouped } from '../../parts/ListBody';
import { NotApplicable, Said, When } from '../../parts/MarkText';
import { Page } from '../../parts/Page';
import { ProblemNote } from '../../parts/ProblemNote';
import { WholeTable } from '../../parts/WholeTable';
import { TextField } from '../plans/ProposeDialog';
import { WindowDialog } from './WindowDialog';

const words = messages.calendar;

export function WindowPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const [open, setOpen] = useState<'edit' | 'end'>();
  const mayPlan = useMay('write-plans');
  const found = useQuery({
    queryKey: ['window', id],
    queryFn: () => data(api.GET('/api/v1/windows/{id}', { params: { path: { id } } })),
  });
  const times = useQuery({
    queryKey: ['window', id, 'times'],
    queryFn: () => data(api.GET('/api/v1/windows/{id}/occurrences', { params: { path: { id }, query: {} } })),
  });
  const window = found.data;
  const holds = window && !window.ended_at;
  return (
    <Page
      title={window?.name ?? messages.list.loading}
      kicker={<Link to="/calendar">{words.back}</Link>}
      actions={
        <>
          {mayPlan && holds && (
            <>
              <Button variant="secondary" size="sm" onClick={() => setOpen('edit')}>
                {words.edit}
              </Button>
              <Button variant="secondary" size="sm" onClick={() => setOpen('end')}>
                {words.end}
              </Button>
            </>
          )}
          <CopyAs noun={`window show ${id}`} path={`/api/v1/windows/${id}`} filter="" />
        </>
      }
    >
      <div className="hp-stack">
        {found.error && <ProblemNote error={found.error} onRetry={() => void found.refetch()} />}
        {window?.remarks.map((remark) => (
          <Alert key={remark} isInline component="h2" variant="warning" title={remark} />
        ))}
        {window && <About window={window} />}
        {times.error && <ProblemNote error={times.error} onRetry={() => void times.refetch()} />}
        {times.data && <Times times={times.data} />}
        {times.data && <Planned times={times.data} />}
      </div>
      {window && open === 'edit' && <WindowDialog window={window} onClose={() => setOpen(undefined)} />}
      {window && open === 'end' && <EndDialog window={window} onClose={() => setOpen(undefined)} />}
    </Page>
  );
}

function About({ window }: { window: WorkWindow }) {
  return (
    <Facts
      rows={[
        [words.columns.kind, words.kinds[window.kind] ?? window.kind],
        [words.columns.reach, window.reach_name ?? words.everywhere],
        [words.columns.first, `${window.first.slice(0, 16).replace('T', ' ')} ${window.time_zone}`],
        [
          words.columns.minutes,
          `${grouped(window.minutes)}, ${window.length === 'exact' ? words.exact : words.onClock}`,
        ],
        [words.columns.rule, window.rule ?? words.once],
        [words.columns.people, <Said key="p" value={window.people} />],
        [words.columns.steps, <Said key="s" value={window.steps} />],
        [words.note, window.note || <NotApplicable key="n" />],
        [words.author, window.author],
        [words.changed, <When key="c" at={window.changed_at} />],
        [
          words.columns.ended,
          window.ended_at ? <When key="e" at={window.ended_at} /> : <NotApplicable key="e" />,
        ],
      ]}
    />
  );
}

function Times({ times }: { times: CalendarShown }) {
  if (times.occurrences.length === 0) {
    return (
      <Section title={words.occurrences} top>
        <p className="hp-muted">{words.noOccurrence}</p>
      </Section>
    );
  }
  return (
    <Section title={words.occurrences} top>
      <WholeTable
        label={words.occurrences}
        {...(times.cut.length > 0 ? { note: words.more } : {})}
        rows={times.occurrences}
        rowKey={(row) => row.from}
        columns={[
          {
            title: words.columns.start,
            render: (row) => (
              <>
                <When at={row.from} />
                {row.clock && <span className="hp-muted"> {words.clockChange[row.clock]}</span>}
              </>
            ),
          },
          { title: words.columns.to, render: (row) => <When at={row.to} /> },
          {
            title: words.columns.open,
            render: (row) =>
              row.open.length === 0 ? (
                <NotApplicable />
              ) : (
                row.open.map((part) => (
                  <span key={part.from}>
                    <When at={part.from} /> – <When at={part.to} />{' '}
                  </span>
                ))
              ),
          },
          {
            title: words.columns.cut,
            render: (row) =>
              [
                ...row.cut_by,
                ...(row.cut_in_part.length > 0 ? [words.inPart(row.cut_in_part.join(', '))] : []),
              ].join('; ') || <NotApplicable />,
          },
          { title: words.columns.planned, right: true, render: (row) => grouped(row.steps) },
          {
            title: words.columns.booked,
            right: true,
            render: (row) =>
              words.booked(
                grouped(row.booked_minutes),
                row.room_minutes === null || row.room_minutes === undefined
                  ? undefined
                  : grouped(row.room_minutes),
              ),
          },
          {
            title: words.columns.last,
            render: (row) => (row.last_safe_start ? <When at={row.last_safe_start} /> : <NotApplicable />),
          },
        ]}
      />
    </Section>
  );
}

function Planned({ times }: { times: CalendarShown }) {
  const step = messages.plans.step;
  return (
    <Section title={words.stepsHere} top>
      {times.steps.length === 0 ? (
        <p className="hp-muted">{words.noStepsHere}</p>
      ) : (
        <WholeTable
          label={words.stepsHere}
          rows={times.steps}
          rowKey={(row) => `${row.plan_id} ${row.number}`}
          columns={[
            {
              title: step.asset,
              render: (row) => (
                <Link to="/assets/$id" params={{ id: row.asset_id }}>
                  {row.asset}
                </Link>
              ),
            },
            { title: step.patch, render: (row) => row.patch },
            { title: step.start, render: (row) => <When at={row.start} /> },
            { title: step.last, render: (row) => <When at={row.last_safe_start} /> },
            { title: step.free, render: (row) => <When at={row.free_at} /> },
            {
              title: messages.plans.title,
              render: (row) => (
                <Link to="/plans/$id" params={{ id: row.plan_id }}>
                  {row.plan}
                </Link>
              ),
            },
          ]}
        />
      )}
    </Section>
  );
}

function EndDialog({ window, onClose }: { window: WorkWindow; onClose: () => void }) {
  const queries = useQueryClient();
  const [reason, setReason] = useState('');
  const end = useMutation({
    mutationFn: () =>
      data(
        api.POST('/api/v1/windows/{id}/end', {
          params: { path: { id: window.id } },
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
      title={`${words.end}: ${window.name}`}
      text={words.endText}
      submit={words.end}
      danger
      ready={reason.trim().length >= 3}
      busy={end.isPending}
      error={end.error}
      onSubmit={() => end.mutate()}
      onClose={onClose}
    >
      <TextField id="reason" label={messages.actions.reason} required value={reason} onChange={setReason} />
    </Dialog>
  );
}

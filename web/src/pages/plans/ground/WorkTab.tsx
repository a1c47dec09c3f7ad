// How work is done, by patch and kind of asset: minutes, people, the way back, what is asked there; and what was measured.

import { Button } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, data } from '../../../api/client';
import { useMay } from '../../../api/session';
import type { WorkProfile } from '../../../api/types';
import { Empty } from '../../../parts/Empty';
import { Loading } from '../../../parts/Loading';
import { MarkText, NotApplicable } from '../../../parts/MarkText';
import { ProblemNote } from '../../../parts/ProblemNote';
import { type WholeColumn, WholeTable } from '../../../parts/WholeTable';
import { spoken } from '../../../text/words';
import { ground as words } from '../../../words/planning';
import { Measured } from './Measured';
import { ProfileDialog } from './ProfileDialog';
import { asksOf, wayWords } from './profiles';

const names = words.work;

function Way({ row }: { row: WorkProfile }) {
  return row.way_back ? (
    wayWords(row)
  ) : (
    <MarkText mark={{ symbol: '?', word: names.wayUnsaid, tone: 'unsure' }} />
  );
}

function nameOf(row: WorkProfile): string {
  return [row.patch, row.kind && spoken(row.kind)].filter(Boolean).join(', ') || names.any;
}

function columns(onChange: ((row: WorkProfile) => void) | undefined): WholeColumn<WorkProfile>[] {
  const any = <span className="hp-muted">{names.any}</span>;
  const shown: WholeColumn<WorkProfile>[] = [
    { title: names.columns.patch, render: (row) => row.patch ?? any },
    { title: names.columns.kind, render: (row) => (row.kind ? spoken(row.kind) : any) },
    { title: names.columns.work, right: true, render: (row) => row.work_minutes },
    { title: names.columns.undo, right: true, render: (row) => row.undo_minutes },
    { title: names.columns.people, right: true, render: (row) => row.people },
    { title: names.columns.way, render: (row) => <Way row={row} /> },
    { title: names.columns.asks, render: (row) => asksOf(row).join('; ') || <NotApplicable /> },
  ];
  if (onChange) {
    shown.push({
      title: '',
      render: (row) => (
        <button
          type="button"
          className="hp-link"
          aria-label={words.changeOf(nameOf(row))}
          onClick={() => onChange(row)}
        >
          {words.change}
        </button>
      ),
    });
  }
  return shown;
}

export function WorkTab() {
  const [writing, setWriting] = useState<WorkProfile | 'new'>();
  const mayPlan = useMay('write-plans');
  const mayApprove = useMay('approve');
  const mayWrite = mayPlan || mayApprove;
  const found = useQuery({
    queryKey: ['work-profiles'],
    queryFn: () => data(api.GET('/api/v1/work-profiles')),
  });
  if (found.error) {
    return <ProblemNote error={found.error} onRetry={() => void found.refetch()} />;
  }
  if (found.isPending) {
    return <Loading />;
  }
  const rows = found.data.items;
  return (
    <div className="hp-stack hp-stack-flush">
      {mayWrite && (
        <div className="hp-toolbar">
          <Button variant="secondary" size="sm" onClick={() => setWriting('new')}>
            {names.add}
          </Button>
        </div>
      )}
      {rows.length === 0 ? (
        <Empty title={names.emptyTitle}>
          <p>{names.emptyText}</p>
        </Empty>
      ) : (
        <WholeTable
          label={names.label}
          note={names.note}
          columns={columns(mayWrite ? setWriting : undefined)}
          rows={rows}
          rowKey={(row) => `${row.patch ?? ''} ${row.kind ?? ''}`}
          wrap
        />
      )}
      <Measured mayWrite={mayPlan} />
      {writing && (
        <ProfileDialog
          profile={writing === 'new' ? undefined : writing}
          onClose={() => setWriting(undefined)}
        />
      )}
    </div>
  );
}

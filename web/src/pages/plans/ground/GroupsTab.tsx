// Redundancy groups: who belongs to them, and how many of them the plant can do without at the same time.

import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, data } from '../../../api/client';
import { useMay } from '../../../api/session';
import type { RedundancyGroup } from '../../../api/types';
import { Empty } from '../../../parts/Empty';
import { Loading } from '../../../parts/Loading';
import { MarkText, NotApplicable, When } from '../../../parts/MarkText';
import { ProblemNote } from '../../../parts/ProblemNote';
import { type WholeColumn, WholeTable } from '../../../parts/WholeTable';
import { both, exact } from '../../../text/filter';
import { useView } from '../../../view';
import { ground as words } from '../../../words/planning';
import { GroupDialog } from './GroupDialog';

const names = words.groups;

/** Where the audit log tells who said it, and when. */
function Spoken({ row }: { row: RedundancyGroup }) {
  return (
    <Link
      to="/audit"
      search={{ filter: both('action:planning.group', exact('object', row.name)), sort: '-sequence' }}
      aria-label={words.auditOf(row.name)}
    >
      {words.audit}
    </Link>
  );
}

function Members({ row }: { row: RedundancyGroup }) {
  if (row.members.length === 0) {
    return <span className="hp-muted">{names.noMembers}</span>;
  }
  return (
    <Link to="/assets" search={{ site: row.site, filter: exact('group', row.name) }}>
      {row.members.map((tag, at) => (
        <span key={tag} className="hp-nowrap">
          {tag}
          {at < row.members.length - 1 && ', '}
        </span>
      ))}
    </Link>
  );
}

function Who({ row, readsAudit }: { row: RedundancyGroup; readsAudit: boolean }) {
  if (!row.said_by) {
    return <NotApplicable />;
  }
  return (
    <>
      {row.said_by}, <When at={row.said_at} />
      {readsAudit && (
        <div className="hp-small">
          <Spoken row={row} />
        </div>
      )}
    </>
  );
}

function changing(onSay: (row: RedundancyGroup) => void): WholeColumn<RedundancyGroup> {
  return {
    title: '',
    render: (row) => (
      <button
        type="button"
        className="hp-link"
        aria-label={words.changeOf(row.name)}
        onClick={() => onSay(row)}
      >
        {words.change}
      </button>
    ),
  };
}

function columns(
  onSay: ((row: RedundancyGroup) => void) | undefined,
  readsAudit: boolean,
): WholeColumn<RedundancyGroup>[] {
  return [
    { title: names.columns.name, render: (row) => <span className="hp-nowrap">{row.name}</span> },
    { title: words.site, render: (row) => row.site },
    { title: names.columns.members, render: (row) => <Members row={row} /> },
    {
      title: names.columns.lose,
      render: (row) =>
        typeof row.may_lose === 'number' ? (
          names.of(row.may_lose, row.members.length)
        ) : (
          <MarkText mark={{ symbol: '?', word: names.unsaid, tone: 'unsure' }} />
        ),
    },
    { title: names.columns.note, render: (row) => row.note ?? <NotApplicable /> },
    { title: words.who, render: (row) => <Who row={row} readsAudit={readsAudit} /> },
    ...(onSay ? [changing(onSay)] : []),
  ];
}

export function GroupsTab() {
  const [view] = useView();
  const [saying, setSaying] = useState<RedundancyGroup>();
  const mayPlan = useMay('write-plans');
  const readsAudit = useMay('read-audit');
  const found = useQuery({
    queryKey: ['redundancy-groups'],
    queryFn: () => data(api.GET('/api/v1/redundancy-groups')),
  });
  if (found.error) {
    return <ProblemNote error={found.error} onRetry={() => void found.refetch()} />;
  }
  if (found.isPending) {
    return <Loading />;
  }
  const rows = found.data.items.filter((one) => !view.site || one.site === view.site);
  if (rows.length === 0) {
    return (
      <Empty title={names.emptyTitle}>
        <p>{names.emptyText}</p>
      </Empty>
    );
  }
  return (
    <>
      <WholeTable
        label={names.label}
        note={names.note}
        columns={columns(mayPlan ? setSaying : undefined, readsAudit)}
        rows={rows}
        rowKey={(row) => `${row.site_id} ${row.name}`}
        wrap
      />
      {saying && <GroupDialog group={saying} onClose={() => setSaying(undefined)} />}
    </>
  );
}

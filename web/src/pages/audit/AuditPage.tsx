// The audit log: who did what, when, and is the record intact?

import { Button } from '@patternfly/react-core';
import { useMutation } from '@tanstack/react-query';
import { api, data } from '../../api/client';
import type { AuditEntry, AuditReport } from '../../api/types';
import { messages } from '../../messages';
import { CopyAs } from '../../parts/CopyAs';
import type { Column } from '../../parts/DataTable';
import { Empty } from '../../parts/Empty';
import { FilterBar, filterFault } from '../../parts/FilterBar';
import { countWords, ListBody } from '../../parts/ListBody';
import { NotApplicable, When } from '../../parts/MarkText';
import { Page } from '../../parts/Page';
import { ProblemNote } from '../../parts/ProblemNote';
import { useList } from '../../parts/useList';
import { spoken } from '../../text/words';
import { useView } from '../../view';
import { AuditDrawer } from './AuditDrawer';

const words = messages.audit;
const FIELDS = 'sequence at actor actor_kind via action reason object object_kind';

const COLUMNS: readonly Column<AuditEntry>[] = [
  {
    key: 'sequence',
    title: words.columns.sequence,
    sort: 'sequence',
    down: true,
    width: 70,
    right: true,
    render: (row) => row.sequence,
  },
  {
    key: 'at',
    title: words.columns.at,
    sort: 'at',
    down: true,
    width: 140,
    render: (row) => <When at={row.at} />,
  },
  {
    key: 'actor',
    title: words.columns.actor,
    sort: 'actor',
    width: 160,
    render: (row) => <Actor actor={row.actor} />,
  },
  { key: 'via', title: words.columns.via, sort: 'via', width: 60, render: (row) => row.via },
  {
    key: 'action',
    title: words.columns.action,
    sort: 'action',
    width: 190,
    render: (row) => <span className="hp-mono">{row.action}</span>,
  },
  { key: 'objects', title: words.columns.objects, width: 280, render: (row) => <Objects entry={row} /> },
  {
    key: 'reason',
    title: words.columns.reason,
    sort: 'reason',
    render: (row) => (row.reason ? <span title={row.reason}>{row.reason}</span> : <NotApplicable />),
  },
];

export function Actor({ actor }: { actor: AuditEntry['actor'] }) {
  return (
    <>
      {actor.name || spoken(actor.kind)}
      {actor.kind !== 'person' && actor.name !== '' && actor.name !== actor.kind && (
        <span className="hp-muted"> ({spoken(actor.kind)})</span>
      )}
    </>
  );
}

function Objects({ entry }: { entry: AuditEntry }) {
  const text = entry.objects.map((one) => `${spoken(one.kind)} ${one.id}`).join(', ');
  return text === '' ? <NotApplicable /> : <span title={text}>{text}</span>;
}

export function AuditPage() {
  const [view, change] = useView();
  const list = useList(['audit'], { filter: view.filter, sort: view.sort }, (query) =>
    data(api.GET('/api/v1/audit', { params: { query } })),
  );
  const verify = useMutation({ mutationFn: () => data(api.POST('/api/v1/audit:verify')) });
  return (
    <Page
      title={words.title}
      actions={
        <>
          <Button
            size="sm"
            variant="secondary"
            onClick={() => verify.mutate()}
            isLoading={verify.isPending}
            isDisabled={verify.isPending}
          >
            {verify.isPending ? words.verifying : words.verify}
          </Button>
          <a href="/api/v1/audit:export" download="audit.ndjson">
            {words.export}
          </a>
          <CopyAs noun="audit list" path="/api/v1/audit" filter={view.filter ?? ''} />
        </>
      }
      bar={
        <>
          {verify.error && <ProblemNote error={verify.error} />}
          {verify.data && <Verified report={verify.data} />}
          <FilterBar
            example={words.example}
            fields={FIELDS}
            count={countWords(list.count)}
            fault={filterFault(list.error)}
          />
        </>
      }
      drawer={view.open && <AuditDrawer sequence={view.open} onClose={() => change({ open: undefined })} />}
    >
      <ListBody
        name={words.title}
        list={list}
        columns={COLUMNS}
        rowKey={(row) => String(row.sequence)}
        nothingYet={
          <Empty title={words.emptyTitle}>
            <p>{words.emptyText}</p>
          </Empty>
        }
      />
    </Page>
  );
}

function Verified({ report }: { report: AuditReport }) {
  const { fault } = report;
  return (
    <div className={report.intact ? 'hp-verified' : 'hp-verified hp-breach'} role="status">
      {report.intact ? (
        <p>
          <span aria-hidden="true">✓ </span>
          {words.intact(report.entries)}
        </p>
      ) : (
        <p>
          <span aria-hidden="true">◆ </span>
          <strong>{words.broken(fault?.sequence ?? report.head.sequence + 1)}</strong>: {fault?.what}
        </p>
      )}
      <p className="hp-small">
        {words.head}: {report.head.sequence} <span className="hp-mono hp-break">{report.head.hash}</span> ·{' '}
        {words.headHint}
      </p>
    </div>
  );
}

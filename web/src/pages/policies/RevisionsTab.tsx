// The revisions of all policies, or of one kind, the newest first.

import { api, data } from '../../api/client';
import type { PolicyRevision } from '../../api/types';
import { messages } from '../../messages';
import type { Column } from '../../parts/DataTable';
import { Empty } from '../../parts/Empty';
import { FilterBar, filterFault } from '../../parts/FilterBar';
import { countWords, ListBody } from '../../parts/ListBody';
import { MarkText, NotApplicable, When } from '../../parts/MarkText';
import { useList } from '../../parts/useList';
import { policyStateMark } from '../../text/decisions';
import { spoken } from '../../text/words';
import { useView } from '../../view';

const words = messages.policies;
const names = words.columns;
const FIELDS = 'kind revision state site author by reason proposed from closed';

const COLUMNS: readonly Column<PolicyRevision>[] = [
  {
    key: 'kind',
    title: names.policy,
    sort: 'kind',
    width: 250,
    render: (row) => `${spoken(row.kind)}, ${words.revision(row.revision)}`,
  },
  {
    key: 'state',
    title: names.state,
    sort: 'state',
    width: 180,
    render: (row) => <MarkText mark={policyStateMark(row.state)} />,
  },
  { key: 'site', title: names.where, sort: 'site', width: 190, render: (row) => row.site ?? words.allSites },
  {
    key: 'reason',
    title: names.reason,
    sort: 'reason',
    render: (row) => <span title={row.reason}>{row.reason}</span>,
  },
  { key: 'author', title: names.author, sort: 'author', width: 140, render: (row) => row.author },
  {
    key: 'proposed',
    title: names.proposed,
    sort: 'proposed',
    down: true,
    width: 140,
    render: (row) => <When at={row.proposed_at} />,
  },
  {
    key: 'from',
    title: names.from,
    sort: 'from',
    down: true,
    width: 140,
    render: (row) => (row.holds_from ? <When at={row.holds_from} /> : <NotApplicable />),
  },
  {
    key: 'by',
    title: names.closed,
    sort: 'by',
    width: 140,
    render: (row) => row.closed_by ?? <NotApplicable />,
  },
];

export function RevisionsTab({ kind }: { kind?: string }) {
  const [view] = useView();
  const only = kind ? `kind:${kind}` : '';
  const filter = [only, view.filter ?? ''].filter(Boolean).join(' ');
  const list = useList(['policy-revisions', only], { filter, sort: view.sort }, (query) =>
    data(api.GET('/api/v1/policy-revisions', { params: { query } })),
  );
  return (
    <>
      <FilterBar
        fields={FIELDS}
        example={words.example}
        count={countWords(list.count)}
        fault={filterFault(list.error)}
      />
      <ListBody
        name={words.tabs.revisions}
        list={list}
        columns={COLUMNS}
        rowKey={(row) => `${row.kind}/${row.revision}`}
        nothingYet={
          <Empty title={words.emptyRevisions}>
            <p>{words.emptyRevisionsText}</p>
          </Empty>
        }
      />
    </>
  );
}

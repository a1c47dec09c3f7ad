// Every check of every source, also those that found nothing.

import { api, data } from '../../api/client';
import type { SourceCheck } from '../../api/types';
import { messages } from '../../messages';
import type { Column } from '../../parts/DataTable';
import { Empty } from '../../parts/Empty';
import { FilterBar, filterFault } from '../../parts/FilterBar';
import { countWords, grouped, ListBody } from '../../parts/ListBody';
import { MarkText, When } from '../../parts/MarkText';
import { useList } from '../../parts/useList';
import { checkMark } from '../../text/words';
import { useView } from '../../view';

const words = messages.sources;
const columns = words.columns;

const COLUMNS: readonly Column<SourceCheck>[] = [
  {
    key: 'source',
    title: columns.source,
    sort: 'source',
    width: 260,
    render: (row) => <span title={row.source}>{row.source}</span>,
  },
  {
    key: 'started',
    title: columns.started,
    sort: 'started',
    down: true,
    width: 140,
    render: (row) => <When at={row.started_at} />,
  },
  {
    key: 'result',
    title: columns.result,
    sort: 'result',
    width: 130,
    render: (row) => <MarkText mark={checkMark(row.result)} />,
  },
  { key: 'read', title: columns.read, width: 70, right: true, render: (row) => grouped(row.documents.read) },
  {
    key: 'new',
    title: columns.new,
    sort: 'new',
    down: true,
    width: 70,
    right: true,
    render: (row) => grouped(row.documents.new),
  },
  {
    key: 'changed',
    title: columns.changed,
    sort: 'changed',
    down: true,
    width: 84,
    right: true,
    render: (row) => grouped(row.documents.changed),
  },
  {
    key: 'unchanged',
    title: columns.unchanged,
    width: 94,
    right: true,
    render: (row) => grouped(row.documents.unchanged),
  },
  {
    key: 'quarantined',
    title: columns.quarantined,
    sort: 'quarantined',
    down: true,
    width: 106,
    right: true,
    render: (row) => grouped(row.documents.quarantined),
  },
  { key: 'message', title: columns.message, render: (row) => <span title={row.message}>{row.message}</span> },
];

export function ChecksTab() {
  const [view] = useView();
  const list = useList(['checks'], { filter: view.filter, sort: view.sort }, (query) =>
    data(api.GET('/api/v1/checks', { params: { query } })),
  );
  return (
    <>
      <FilterBar
        example={words.example}
        fields="source result started new changed quarantined"
        count={countWords(list.count)}
        fault={filterFault(list.error)}
      />
      <ListBody
        name={words.checks}
        list={list}
        columns={COLUMNS}
        rowKey={(row) => row.id}
        opens={false}
        nothingYet={
          <Empty title={words.noChecksTitle}>
            <p>{words.noChecksText}</p>
          </Empty>
        }
      />
    </>
  );
}

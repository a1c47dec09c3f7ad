// The products of an advisory, and how the text about their versions was understood.

import { api, data } from '../../api/client';
import type { components } from '../../api/schema';
import { messages } from '../../messages';
import type { Column } from '../../parts/DataTable';
import { Empty } from '../../parts/Empty';
import { FilterBar, filterFault } from '../../parts/FilterBar';
import { countWords, ListBody } from '../../parts/ListBody';
import { MarkText, NotApplicable, Said } from '../../parts/MarkText';
import { useList } from '../../parts/useList';
import { outcomeMark, spoken } from '../../text/words';
import { useView } from '../../view';

type Product = components['schemas']['ProductView'];

const words = messages.products;

const COLUMNS: readonly Column<Product>[] = [
  {
    key: 'product',
    title: words.columns.product,
    sort: 'name',
    render: (row) => <span title={row.name}>{row.name}</span>,
  },
  {
    key: 'vendor',
    title: words.columns.vendor,
    sort: 'vendor',
    width: 120,
    render: (row) => <Said value={row.vendor} />,
  },
  {
    key: 'version',
    title: words.columns.version,
    sort: 'version',
    width: 180,
    render: (row) => <Cut text={row.version} />,
  },
  {
    key: 'outcome',
    title: words.columns.outcome,
    sort: 'outcome',
    width: 130,
    render: (row) => <MarkText mark={outcomeMark(row.outcome)} />,
  },
  {
    key: 'range',
    title: words.columns.range,
    width: 200,
    render: (row) => <Cut text={[row.range, row.predicates].filter(Boolean).join(' · ')} />,
  },
  {
    key: 'why',
    title: words.columns.why,
    width: 220,
    render: (row) => (row.why ? <Cut text={row.why} /> : <NotApplicable />),
  },
  { key: 'status', title: words.columns.status, width: 150, render: (row) => <Cut text={statuses(row)} /> },
];

function statuses(row: Product): string {
  return [...new Set(row.statuses.map((one) => spoken(one.status)))].join(', ');
}

function Cut({ text }: { text: string | null | undefined }) {
  return text ? <span title={text}>{text}</span> : <Said value={null} />;
}

export function ProductsTab({ id }: { id: string }) {
  const [view] = useView();
  const list = useList(['products', id], { filter: view.filter, sort: view.sort }, (query) =>
    data(api.GET('/api/v1/advisories/{id}/products', { params: { path: { id }, query } })),
  );
  return (
    <>
      <FilterBar
        example={words.example}
        fields="product_id name vendor product version outcome stance ordinal"
        count={countWords(list.count)}
        fault={filterFault(list.error)}
      />
      <ListBody
        name={words.title}
        list={list}
        columns={COLUMNS}
        rowKey={(row) => row.product_id}
        opens={false}
        nothingYet={
          <Empty title={words.emptyTitle}>
            <p>{words.emptyText}</p>
          </Empty>
        }
      />
    </>
  );
}

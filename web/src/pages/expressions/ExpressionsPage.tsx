// Version texts of advisories, and how they were understood. What was not understood is work for a person.

import { api, data } from '../../api/client';
import type { Expression } from '../../api/types';
import { messages } from '../../messages';
import { CopyAs } from '../../parts/CopyAs';
import type { Column } from '../../parts/DataTable';
import { Empty } from '../../parts/Empty';
import { FilterBar, filterFault } from '../../parts/FilterBar';
import { countWords, grouped, ListBody } from '../../parts/ListBody';
import { MarkText, NotApplicable, Said } from '../../parts/MarkText';
import { Page } from '../../parts/Page';
import { Sentence } from '../../parts/Sentence';
import { useList } from '../../parts/useList';
import { both, fieldOf, terms, withField } from '../../text/filter';
import { outcomeMark } from '../../text/words';
import { useView } from '../../view';

const words = messages.expressions;
const FIELDS = 'vendor product category text outcome why products advisories assets';

const COLUMNS: readonly Column<Expression>[] = [
  {
    key: 'text',
    title: words.columns.text,
    sort: 'text',
    width: 240,
    render: (row) => (
      <span className="hp-mono" title={row.text}>
        {row.text}
      </span>
    ),
  },
  {
    key: 'outcome',
    title: words.columns.outcome,
    sort: 'outcome',
    width: 150,
    render: (row) => <MarkText mark={outcomeMark(row.outcome)} />,
  },
  {
    key: 'vendor',
    title: words.columns.vendor,
    sort: 'vendor',
    width: 130,
    render: (row) => <Said value={row.vendor} />,
  },
  { key: 'product', title: words.columns.product, sort: 'product', render: (row) => <Product row={row} /> },
  {
    key: 'why',
    title: words.columns.why,
    width: 230,
    render: (row) =>
      row.why ? (
        <span title={row.why}>
          <Sentence text={row.why} />
        </span>
      ) : (
        <NotApplicable />
      ),
  },
  { key: 'range', title: words.columns.range, width: 140, render: (row) => <Range row={row} /> },
  {
    key: 'assets',
    title: words.columns.assets,
    sort: 'assets',
    down: true,
    width: 64,
    right: true,
    render: (row) => grouped(row.assets),
  },
  {
    key: 'advisories',
    title: words.columns.advisories,
    sort: 'advisories',
    down: true,
    width: 90,
    right: true,
    render: (row) => grouped(row.advisories),
  },
];

function Product({ row }: { row: Expression }) {
  return row.product ? <span title={row.product}>{row.product}</span> : <Said value={null} />;
}

function Range({ row }: { row: Expression }) {
  const text = [row.range, row.predicates].filter(Boolean).join(' · ');
  return text === '' ? <NotApplicable /> : <span title={text}>{text}</span>;
}

export function ExpressionsPage() {
  const [view, change] = useView();
  const filter = view.filter ?? '';
  // The page begins with what a person has to read; a term on the outcome in the filter takes that over.
  const outcome = terms(filter).find((one) => fieldOf(one) === 'outcome');
  const implied = outcome ? '' : 'outcome:not_understood';
  const asked = both(implied, filter);
  const shown = outcome?.split(':')[1] ?? 'not_understood';
  const list = useList(['expressions'], { filter: asked, sort: view.sort ?? '-assets' }, (query) =>
    data(api.GET('/api/v1/expressions', { params: { query } })),
  );
  const show = (next: string) => {
    const term =
      next === 'not_understood'
        ? undefined
        : next === 'all'
          ? 'outcome:not_understood,conditional,decided'
          : `outcome:${next}`;
    change({ filter: withField(filter, 'outcome', term) || undefined });
  };
  return (
    <Page
      title={words.title}
      actions={<CopyAs noun="expression list" path="/api/v1/expressions" filter={asked} />}
      bar={
        <>
          <p className="hp-muted">{words.intro}</p>
          <FilterBar
            example={words.example}
            fields={FIELDS}
            count={countWords(list.count)}
            fault={filterFault(list.error)}
          >
            <label className="hp-asof">
              {words.show}
              <select
                value={shown.includes(',') ? 'all' : shown}
                onChange={(event) => show(event.target.value)}
              >
                {Object.entries(words.outcomes).map(([value, label]) => (
                  <option key={value} value={value}>
                    {label}
                  </option>
                ))}
              </select>
            </label>
          </FilterBar>
        </>
      }
    >
      <ListBody
        name={words.title}
        list={list}
        columns={COLUMNS}
        rowKey={(row) => `${row.vendor}|${row.product}|${row.category}|${row.text}`}
        opens={false}
        nothingYet={
          <Empty title={words.emptyTitle}>
            <p>{words.emptyText}</p>
          </Empty>
        }
      />
    </Page>
  );
}

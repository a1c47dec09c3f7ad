// Mapping rules: what people have decided that names mean, who did, why, and until when.

import { api, data } from '../../api/client';
import type { MappingRule } from '../../api/types';
import { messages } from '../../messages';
import { CopyAs } from '../../parts/CopyAs';
import type { Column } from '../../parts/DataTable';
import { Empty } from '../../parts/Empty';
import { FilterBar, filterFault } from '../../parts/FilterBar';
import { countWords, ListBody } from '../../parts/ListBody';
import { MarkText, NotApplicable, When } from '../../parts/MarkText';
import { AsOfField, Page } from '../../parts/Page';
import { useList } from '../../parts/useList';
import { ruleMark, ruleStateMark } from '../../text/words';
import { useView } from '../../view';
import { RuleDrawer } from './RuleDrawer';

const words = messages.rules;

const COLUMNS: readonly Column<MappingRule>[] = [
  {
    key: 'ours',
    title: words.columns.ours,
    sort: 'ours',
    render: (row) => <span title={row.ours}>{row.ours}</span>,
  },
  {
    key: 'verdict',
    title: words.columns.verdict,
    sort: 'verdict',
    width: 130,
    render: (row) => <MarkText mark={ruleMark(row.verdict)} />,
  },
  {
    key: 'theirs',
    title: words.columns.theirs,
    sort: 'theirs',
    render: (row) => <span title={row.theirs}>{row.theirs}</span>,
  },
  {
    key: 'state',
    title: words.columns.state,
    sort: 'state',
    width: 120,
    render: (row) => <MarkText mark={ruleStateMark(row.state)} />,
  },
  { key: 'author', title: words.columns.author, sort: 'author', width: 150, render: (row) => row.author },
  {
    key: 'decided',
    title: words.columns.decided,
    sort: 'decided',
    down: true,
    width: 140,
    render: (row) => <When at={row.decided_at} />,
  },
  {
    key: 'expires',
    title: words.columns.expires,
    sort: 'expires',
    width: 140,
    render: (row) => (row.expires_at ? <When at={row.expires_at} /> : <NotApplicable />),
  },
];

export function RulesPage() {
  const [view, change] = useView();
  const filter = view.filter ?? '';
  const list = useList(['rules'], { filter: view.filter, sort: view.sort, as_of: view.as_of }, (query) =>
    data(api.GET('/api/v1/rules', { params: { query } })),
  );
  return (
    <Page
      title={words.title}
      actions={<CopyAs noun="rule list" path="/api/v1/rules" filter={filter} />}
      bar={
        <FilterBar
          fields={words.fields}
          example={words.filterExample}
          count={countWords(list.count)}
          fault={filterFault(list.error)}
        >
          <AsOfField />
        </FilterBar>
      }
      drawer={view.open && <RuleDrawer id={view.open} onClose={() => change({ open: undefined })} />}
    >
      <ListBody
        name={words.title}
        list={list}
        columns={COLUMNS}
        rowKey={(row) => row.id}
        nothingYet={
          <Empty title={words.emptyTitle}>
            <p>{words.emptyText}</p>
          </Empty>
        }
      />
    </Page>
  );
}

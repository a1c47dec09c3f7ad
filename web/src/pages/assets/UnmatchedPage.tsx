// Assets without advisories: what no line of an advisory stands for, and, by their tabs, what has lines that are all open;
// with what to do about each.

import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, data } from '../../api/client';
import type { UnmatchedAsset } from '../../api/types';
import { messages } from '../../messages';
import { CopyAs } from '../../parts/CopyAs';
import type { Column } from '../../parts/DataTable';
import { Empty } from '../../parts/Empty';
import { FilterBar, filterFault } from '../../parts/FilterBar';
import { countWords, ListBody } from '../../parts/ListBody';
import { NotApplicable, Said } from '../../parts/MarkText';
import { Page } from '../../parts/Page';
import { TabLinks } from '../../parts/TabLinks';
import { useList } from '../../parts/useList';
import { both, exact } from '../../text/filter';
import { spoken } from '../../text/words';
import { useView } from '../../view';
import { AssetDrawer } from './AssetDrawer';

const words = messages.assets.unmatched;
const FIELDS =
  'tag name site zone level kind vendor product order_number serial_number firmware os ip owner location group seen software';

const TABS = [
  ['all', words.tabs.all],
  ['no_name', words.tabs.noName],
  ['no_vendor', words.tabs.noVendor],
  ['vendor_unknown', words.tabs.vendorUnknown],
  ['name_too_general', words.tabs.nameTooGeneral],
  ['no_product_near', words.tabs.noProductNear],
  ['resembles', words.tabs.resembles],
  ['named_cleared', words.tabs.namedCleared],
  ['only_candidates', words.tabs.onlyCandidates],
  ['only_not_understood', words.tabs.onlyNotUnderstood],
  ['only_version_open', words.tabs.onlyVersionOpen],
  ['only_investigated', words.tabs.onlyInvestigated],
] as const;

const COLUMNS: readonly Column<UnmatchedAsset>[] = [
  { key: 'tag', title: words.columns.tag, sort: 'tag', width: 130, render: (row) => row.tag },
  {
    key: 'kind',
    title: words.columns.kind,
    sort: 'kind',
    width: 100,
    render: (row) => <Said value={row.kind && spoken(row.kind)} />,
  },
  {
    key: 'vendor',
    title: words.columns.vendor,
    sort: 'vendor',
    width: 150,
    render: (row) => <Said value={row.vendor} />,
  },
  {
    key: 'product',
    title: words.columns.product,
    sort: 'product',
    render: (row) => <Said value={row.product} />,
  },
  {
    key: 'order_number',
    title: words.columns.orderNumber,
    sort: 'order_number',
    width: 160,
    render: (row) => <Said value={row.order_number} mono />,
  },
  {
    key: 'site',
    title: words.columns.site,
    sort: 'site',
    width: 110,
    render: (row) => <Said value={row.site} />,
  },
  {
    key: 'questions',
    title: words.columns.questions,
    width: 120,
    render: (row) => <Questions row={row} />,
  },
  { key: 'why', title: words.columns.why, render: (row) => <span title={row.why}>{row.why}</span> },
];

/** The tabs with how many assets each has, as far as that is known by now. */
function useTabs(filter: string) {
  const counts = useQuery({
    queryKey: ['assets', 'unmatched', 'reasons', filter],
    queryFn: () => data(api.GET('/api/v1/assets:unmatched-reasons', { params: { query: { filter } } })),
  });
  return TABS.map(([key, label]): readonly [string, string] => {
    const counted = counts.data?.find((one) => one.reason === key);
    return [key, counted ? words.counted(label, counted.assets) : label];
  });
}

/** The questions whose answer could settle what the asset is. */
function Questions({ row }: { row: UnmatchedAsset }) {
  if (row.questions.length === 0) {
    return <NotApplicable />;
  }
  return row.questions.map((key, at) => (
    <Link
      key={key}
      to="/review"
      search={{ open: key }}
      className="hp-count-link"
      aria-label={words.question(at + 1, row.tag)}
    >
      {words.questionShort(at + 1)}{' '}
    </Link>
  ));
}

export function UnmatchedPage() {
  const [view, change] = useView();
  const scope = view.site ? exact('site', view.site) : '';
  const filter = both(scope, view.filter);
  const reason = view.tab;
  const tabs = useTabs(filter);
  const list = useList(['assets', 'unmatched', reason], { filter, sort: view.sort }, (query) =>
    data(
      api.GET('/api/v1/assets:unmatched', { params: { query: { ...query, ...(reason ? { reason } : {}) } } }),
    ),
  );
  return (
    <Page
      title={words.title}
      actions={<CopyAs noun="asset unmatched" path="/api/v1/assets:unmatched" filter={filter} />}
      bar={
        <>
          <TabLinks label={words.title} tabs={tabs} first="all" />
          <FilterBar
            example={messages.assets.example}
            fields={FIELDS}
            count={countWords(list.count)}
            fault={filterFault(list.error)}
          />
        </>
      }
      drawer={view.open && <AssetDrawer id={view.open} onClose={() => change({ open: undefined })} />}
    >
      <ListBody
        name={words.title}
        list={list}
        columns={COLUMNS}
        rowKey={(row) => row.id}
        implied={scope}
        nothingYet={
          reason ? (
            <Empty title={words.noneTitle} />
          ) : (
            <Empty title={words.emptyTitle}>
              <p>{words.emptyText}</p>
            </Empty>
          )
        }
      />
    </Page>
  );
}

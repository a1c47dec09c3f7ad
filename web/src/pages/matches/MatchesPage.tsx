// Matches: every pair of an asset and a statement of an advisory, with the reason.

import { api, data } from '../../api/client';
import type { Match } from '../../api/types';
import { messages } from '../../messages';
import { CopyAs } from '../../parts/CopyAs';
import type { Column } from '../../parts/DataTable';
import { Empty } from '../../parts/Empty';
import { FilterBar, filterFault } from '../../parts/FilterBar';
import { countWords, ListBody } from '../../parts/ListBody';
import { Said } from '../../parts/MarkText';
import { AsOfField, Page } from '../../parts/Page';
import { useList } from '../../parts/useList';
import { both, exact } from '../../text/filter';
import { useView } from '../../view';
import { MATCH_COLUMNS } from '../assets/AssetMatches';
import { ExplanationDrawer } from '../impact/ExplanationDrawer';

const words = messages.matches;
const FIELDS =
  'advisory asset verdict confidence rung probability vulnerability status site zone vendor product kind publisher product_id revision';

const COLUMNS: readonly Column<Match>[] = [
  {
    key: 'asset',
    title: messages.impact.columns.asset,
    sort: 'asset',
    width: 130,
    render: (row) => row.asset_tag,
  },
  ...MATCH_COLUMNS,
  {
    key: 'zone',
    title: messages.impact.columns.zone,
    sort: 'zone',
    width: 120,
    render: (row) => <Said value={row.zone} />,
  },
];

export function MatchesPage() {
  const [view, change] = useView();
  const scope = view.site ? exact('site', view.site) : '';
  const filter = both(scope, view.filter);
  const list = useList(['matches'], { filter, sort: view.sort, as_of: view.as_of }, (query) =>
    data(api.GET('/api/v1/matches', { params: { query } })),
  );
  return (
    <Page
      title={words.title}
      actions={<CopyAs noun="match list" path="/api/v1/matches" filter={filter} />}
      bar={
        <FilterBar
          fields={FIELDS}
          example={words.example}
          count={countWords(list.count)}
          fault={filterFault(list.error)}
        >
          <AsOfField />
        </FilterBar>
      }
      drawer={
        view.open && (
          <ExplanationDrawer
            asset={undefined}
            matchId={view.open}
            onMatch={() => undefined}
            onClose={() => change({ open: undefined })}
          />
        )
      }
    >
      <ListBody
        name={words.title}
        list={list}
        columns={COLUMNS}
        rowKey={(row) => row.id}
        implied={scope}
        nothingYet={
          <Empty title={words.emptyTitle}>
            <p>{words.emptyText}</p>
          </Empty>
        }
      />
    </Page>
  );
}

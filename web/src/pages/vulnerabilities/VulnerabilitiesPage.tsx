// Vulnerabilities over all sources: how dangerous, and whether they touch us.

import { Link } from '@tanstack/react-router';
import { api, data } from '../../api/client';
import { useStatus } from '../../api/session';
import type { VulnerabilityLine } from '../../api/types';
import { messages } from '../../messages';
import { CopyAs } from '../../parts/CopyAs';
import type { Column } from '../../parts/DataTable';
import { Empty } from '../../parts/Empty';
import { FilterBar, filterFault } from '../../parts/FilterBar';
import { countWords, grouped, ListBody } from '../../parts/ListBody';
import { Said, When } from '../../parts/MarkText';
import { Page } from '../../parts/Page';
import { useList } from '../../parts/useList';
import { useView } from '../../view';
import { isEveryAssetCompared, useNotCompared } from '../assets/unspoken';
import { Epss, Kev } from './threat';
import { VulnerabilityDrawer } from './VulnerabilityDrawer';

const words = messages.vulnerabilities;

/** What is known to be touched; where nothing is, whether that says anything. */
function Touches({ row, doubt }: { row: VulnerabilityLine; doubt: boolean }) {
  if (row.assets_yes + row.assets_unknown > 0) {
    return words.touches(row.assets_yes, row.assets_unknown);
  }
  const named = row.advisories > 0 || row.sources.length > 0;
  return doubt || !named ? (
    <Link to="/assets/unmatched" className="hp-tone-unsure" title={words.touchesUnsure}>
      ? {words.touchesNone}
    </Link>
  ) : (
    <span className="hp-muted">{words.touchesNone}</span>
  );
}

/** Whether an asset or a version text could not be compared; `true` also while that is not known. */
function useDoubt(): boolean {
  const notCompared = useNotCompared('', undefined);
  const status = useStatus().data;
  return !isEveryAssetCompared(notCompared) || status?.counts.expressions_not_understood !== 0;
}

const columns = (doubt: boolean): readonly Column<VulnerabilityLine>[] => [
  {
    key: 'reference',
    title: words.columns.reference,
    sort: 'reference',
    width: 170,
    render: (row) => row.reference,
  },
  {
    key: 'title',
    title: words.columns.title,
    sort: 'title',
    render: (row) => (
      <span title={row.title ?? undefined}>
        <Said value={row.title} />
      </span>
    ),
  },
  {
    key: 'kev',
    title: words.columns.kev,
    sort: 'kev',
    down: true,
    width: 150,
    render: (row) => <Kev threat={row.threat} />,
  },
  {
    key: 'epss',
    title: words.columns.epss,
    sort: 'epss',
    down: true,
    right: true,
    width: 80,
    render: (row) => <Epss threat={row.threat} />,
  },
  {
    key: 'cvss',
    title: words.columns.cvss,
    sort: 'cvss',
    down: true,
    right: true,
    width: 70,
    render: (row) => <Said value={row.threat.max_score?.toFixed(1)} />,
  },
  {
    key: 'exploitation',
    title: words.columns.exploitation,
    sort: 'ssvc.exploitation',
    down: true,
    width: 110,
    render: (row) => <Said value={row.threat.exploitation} />,
  },
  {
    key: 'assets',
    title: words.columns.assets,
    width: 180,
    render: (row) => <Touches row={row} doubt={doubt} />,
  },
  {
    key: 'advisories',
    title: words.columns.advisories,
    right: true,
    width: 90,
    render: (row) => grouped(row.advisories),
  },
  {
    key: 'modified',
    title: words.columns.modified,
    sort: 'modified',
    down: true,
    width: 140,
    render: (row) => <When at={row.modified} />,
  },
];

export function VulnerabilitiesPage() {
  const [view, change] = useView();
  const doubt = useDoubt();
  const list = useList(['vulnerabilities'], { filter: view.filter, sort: view.sort }, (query) =>
    data(api.GET('/api/v1/vulnerabilities', { params: { query } })),
  );
  return (
    <Page
      title={words.title}
      actions={<CopyAs noun="vulnerability list" path="/api/v1/vulnerabilities" filter={view.filter ?? ''} />}
      bar={
        <FilterBar
          fields={words.fields}
          example={words.example}
          count={countWords(list.count)}
          fault={filterFault(list.error)}
        />
      }
      drawer={
        view.open && <VulnerabilityDrawer reference={view.open} onClose={() => change({ open: undefined })} />
      }
    >
      <ListBody
        name={words.title}
        list={list}
        columns={columns(doubt)}
        rowKey={(row) => row.reference}
        nothingYet={
          <Empty title={words.emptyTitle}>
            <p>{words.emptyText}</p>
          </Empty>
        }
      />
    </Page>
  );
}

// Assets: what do we have, which version, how sure, how old?

import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, data } from '../../api/client';
import { useMay } from '../../api/session';
import type { AssetLine } from '../../api/types';
import { messages } from '../../messages';
import { CopyAs } from '../../parts/CopyAs';
import { CountLink } from '../../parts/Counts';
import { request } from '../../parts/copyText';
import type { Column } from '../../parts/DataTable';
import { Empty } from '../../parts/Empty';
import { FilterBar, filterFault } from '../../parts/FilterBar';
import { countWords, ListBody } from '../../parts/ListBody';
import { Age, Said } from '../../parts/MarkText';
import { AsOfField, Page } from '../../parts/Page';
import { useList } from '../../parts/useList';
import { both, exact } from '../../text/filter';
import { spoken } from '../../text/words';
import { useView } from '../../view';
import { LaneCell } from '../findings/Pressing';
import { AssetDrawer } from './AssetDrawer';
import { worstConsequence } from './criticality';

const FIELDS =
  'tag name site zone level kind vendor product order_number serial_number hardware_revision firmware os os_version ip mac owner location group management end_of_support safety production environment quality data certificate certificate_until certified seen revision software advisory verdict lane due';
const words = messages.assets.columns;

/** The most assets that are asked for at once to tell which no advisory speaks of. */
const ASKED = 1000;

/** Whether no advisory speaks of an asset: then a nought would say more than anybody knows. */
function useUnspoken(filter: string, asOf: string | undefined): (row: AssetLine) => boolean {
  const found = useQuery({
    queryKey: ['assets', 'unmatched', 'ids', filter],
    queryFn: () => data(api.GET('/api/v1/assets:unmatched', { params: { query: { filter, limit: ASKED } } })),
    enabled: asOf === undefined,
  });
  const known = new Set(found.data?.items.map((one) => one.id));
  const silent = (row: AssetLine) => row.matches.yes + row.matches.unknown === 0;
  // Until the answer is there, and when it never comes, nobody can tell a nought from a silence.
  return (row) => silent(row) && (!found.data || known.has(row.id) || Boolean(found.data.next));
}

function Unspoken({ row }: { row: AssetLine }) {
  return (
    <Link
      to="/assets/unmatched"
      search={{ open: row.id }}
      className="hp-count-link hp-tone-unsure"
      title={messages.assets.unspoken}
      aria-label={`? ${messages.assets.unspoken}, ${row.tag}`}
    >
      ?
    </Link>
  );
}

function matchCount(row: AssetLine, verdict: 'yes' | 'unknown', asOf: string | undefined, unspoken: boolean) {
  if (unspoken) {
    return <Unspoken row={row} />;
  }
  return (
    <CountLink
      value={row.matches[verdict]}
      to={`/assets/${row.id}`}
      search={{ tab: 'matches', filter: `verdict:${verdict}`, ...(asOf ? { as_of: asOf } : {}) }}
      label={`${verdict === 'yes' ? words.affected : words.unknown}, ${row.tag}`}
      unsure={verdict === 'unknown'}
    />
  );
}

function columns(asOf: string | undefined, unspoken: (row: AssetLine) => boolean): Column<AssetLine>[] {
  return [
    { key: 'tag', title: words.tag, sort: 'tag', width: 120, render: (row) => row.tag },
    {
      key: 'kind',
      title: words.kind,
      sort: 'kind',
      width: 92,
      render: (row) => <Said value={row.kind && spoken(row.kind)} />,
    },
    {
      key: 'vendor',
      title: words.vendor,
      sort: 'vendor',
      width: 124,
      render: (row) => <Said value={row.vendor} />,
    },
    { key: 'product', title: words.product, sort: 'product', render: (row) => <Said value={row.product} /> },
    {
      key: 'firmware',
      title: words.firmware,
      sort: 'firmware',
      width: 100,
      render: (row) => <Said value={row.firmware_version} mono />,
    },
    { key: 'os', title: words.os, sort: 'os', width: 132, render: (row) => <OperatingSystem row={row} /> },
    { key: 'site', title: words.site, sort: 'site', width: 104, render: (row) => <Said value={row.site} /> },
    { key: 'zone', title: words.zone, sort: 'zone', width: 120, render: (row) => <Said value={row.zone} /> },
    {
      key: 'level',
      title: words.level,
      sort: 'level',
      width: 54,
      render: (row) => <Said value={row.purdue_level} />,
    },
    {
      key: 'criticality',
      title: words.criticality,
      sort: 'safety',
      down: true,
      width: 124,
      render: (row) => <Said value={worstConsequence(row.criticality)} />,
    },
    {
      key: 'yes',
      title: words.affected,
      width: 74,
      right: true,
      render: (row) => matchCount(row, 'yes', asOf, unspoken(row)),
    },
    {
      key: 'unknown',
      title: words.unknown,
      width: 74,
      right: true,
      render: (row) => matchCount(row, 'unknown', asOf, unspoken(row)),
    },
    {
      key: 'lane',
      title: messages.findings.columns.lane,
      sort: 'lane',
      down: true,
      width: 128,
      render: (row) =>
        unspoken(row) && !row.lane ? (
          <Unspoken row={row} />
        ) : (
          <LaneCell row={row} of={exact('asset', row.tag)} name={row.tag} />
        ),
    },
    {
      key: 'seen',
      title: words.seen,
      sort: 'seen',
      down: true,
      width: 56,
      right: true,
      render: (row) => <Age at={row.observed_at} />,
    },
    { key: 'source', title: words.source, width: 120, render: (row) => <Sources row={row} /> },
  ];
}

function OperatingSystem({ row }: { row: AssetLine }) {
  if (!row.os_name) {
    return <Said value={null} />;
  }
  return (
    <>
      {row.os_name} <Said value={row.os_version} mono />
    </>
  );
}

function Sources({ row }: { row: AssetLine }) {
  const text = row.sources.join(', ');
  return text === '' ? <Said value={null} /> : <span title={text}>{text}</span>;
}

export function AssetsPage() {
  const [view, change] = useView();
  const scope = view.site ? exact('site', view.site) : '';
  const filter = both(scope, view.filter);
  const mayImport = useMay('write-inventory');
  const list = useList(['assets'], { filter, sort: view.sort, as_of: view.as_of }, (query) =>
    data(api.GET('/api/v1/assets', { params: { query } })),
  );
  const unspoken = useUnspoken(filter, view.as_of);
  const file = (format: string) =>
    request('/api/v1/assets', { filter, sort: view.sort, as_of: view.as_of, format });
  const importLink = mayImport && (
    <Link to="/assets/import" className="pf-v6-c-button pf-m-primary pf-m-small">
      {messages.assets.import}
    </Link>
  );
  return (
    <Page
      title={messages.assets.title}
      actions={
        <>
          <Link to="/assets/unmatched" search={view.site ? { site: view.site } : {}}>
            {messages.assets.unmatched.link}
          </Link>
          {importLink}
          <details className="hp-menu">
            <summary>{messages.actions.export}</summary>
            <ul className="hp-popover">
              <li>
                <a href={file('csv')} download>
                  {messages.assets.exportCsv}
                </a>
              </li>
              <li>
                <a href={file('xlsx')} download>
                  {messages.assets.exportXlsx}
                </a>
              </li>
            </ul>
          </details>
          <CopyAs noun="asset list" path="/api/v1/assets" filter={filter} />
        </>
      }
      bar={
        <FilterBar
          example={messages.assets.example}
          fields={FIELDS}
          count={countWords(list.count)}
          fault={filterFault(list.error)}
        >
          <AsOfField />
        </FilterBar>
      }
      drawer={view.open && <AssetDrawer id={view.open} onClose={() => change({ open: undefined })} />}
    >
      <ListBody
        name={messages.assets.title}
        list={list}
        columns={columns(view.as_of, unspoken)}
        rowKey={(row) => row.id}
        implied={scope}
        nothingYet={
          <Empty title={messages.assets.emptyTitle}>
            <p>{messages.assets.emptyText}</p>
            {importLink}
          </Empty>
        }
      />
    </Page>
  );
}

// What is lost with functions and zones, by dimension; assets inherit it. Said here, ranked at once.

import { Button } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, data } from '../../api/client';
import { useMay, useSites } from '../../api/session';
import type { Criticality, PlantFunction, Site } from '../../api/types';
import { messages } from '../../messages';
import { CopyAs } from '../../parts/CopyAs';
import { Empty } from '../../parts/Empty';
import { grouped } from '../../parts/ListBody';
import { Said } from '../../parts/MarkText';
import { Page } from '../../parts/Page';
import { ProblemNote } from '../../parts/ProblemNote';
import { TabLinks } from '../../parts/TabLinks';
import { type WholeColumn, WholeTable } from '../../parts/WholeTable';
import { both, exact } from '../../text/filter';
import { useView } from '../../view';
import { DIMENSIONS, Lost } from './CriticalityFields';
import { FunctionDialog, RemoveDialog } from './FunctionDialog';
import { LoweringsTab } from './LoweringsTab';
import { ZoneDialog } from './ZoneDialog';

const words = messages.criticality;
const TABS = [
  ['functions', words.tabs.functions],
  ['zones', words.tabs.zones],
  ['waiting', words.tabs.waiting],
] as const;

/** How a tab is asked for by command and by API. */
const TOLD_FUNCTIONS = { noun: 'function list', path: '/api/v1/functions' };
const TOLD: Record<string, typeof TOLD_FUNCTIONS> = {
  functions: TOLD_FUNCTIONS,
  zones: { noun: 'zone criticality list', path: '/api/v1/zones:criticality' },
  waiting: { noun: 'lowering list', path: '/api/v1/lowerings' },
};

/** A column for each dimension. */
function lostColumns<Row>(of: (row: Row) => Criticality): WholeColumn<Row>[] {
  return DIMENSIONS.map((dimension) => ({
    title: words.dimensions[dimension],
    render: (row: Row) => <Lost value={of(row)[dimension]} />,
  }));
}

export function CriticalityPage() {
  const [view] = useView();
  const [adding, setAdding] = useState(false);
  const mayWrite = useMay('write-inventory');
  const tab = view.tab ?? 'functions';
  const { noun, path } = TOLD[tab] ?? TOLD_FUNCTIONS;
  return (
    <Page
      title={words.title}
      actions={
        <>
          {mayWrite && tab === 'functions' && (
            <Button size="sm" onClick={() => setAdding(true)}>
              {words.add}
            </Button>
          )}
          <CopyAs noun={noun} path={path} filter="" />
        </>
      }
      bar={
        <>
          <TabLinks label={words.tabsLabel} tabs={TABS} first="functions" />
          <p className="hp-table-note">{tab === 'waiting' ? words.waitingNote : words.rule}</p>
        </>
      }
    >
      {tab === 'functions' && <FunctionsTab mayWrite={mayWrite} />}
      {tab === 'zones' && <ZonesTab mayWrite={mayWrite} />}
      {tab === 'waiting' && <LoweringsTab mayWrite={mayWrite} />}
      {adding && <FunctionDialog onClose={() => setAdding(false)} />}
    </Page>
  );
}

function FunctionsTab({ mayWrite }: { mayWrite: boolean }) {
  const [view] = useView();
  const asked = useSites();
  const sites = asked.data?.items ?? [];
  const [editing, setEditing] = useState<PlantFunction>();
  const [removing, setRemoving] = useState<PlantFunction>();
  const list = useQuery({ queryKey: ['functions'], queryFn: () => data(api.GET('/api/v1/functions')) });
  const nameOf = (one: PlantFunction) => sites.find((site) => site.id === one.site_id)?.name;
  // Until the names of the sites are there, nobody can tell which functions are of this one.
  const isNamed = !view.site || asked.data !== undefined;
  const rows = isNamed
    ? list.data?.items.filter((one) => !view.site || nameOf(one) === view.site)
    : undefined;
  const columns: readonly WholeColumn<PlantFunction>[] = [
    { title: words.columns.function, render: (row) => row.name },
    { title: words.columns.site, render: (row) => <Said value={nameOf(row)} /> },
    ...lostColumns<PlantFunction>((row) => row.criticality),
    { title: words.columns.assets, right: true, render: (row) => grouped(row.assets) },
    ...(mayWrite
      ? [
          {
            title: '',
            render: (row: PlantFunction) => (
              <span className="hp-nowrap">
                <button
                  type="button"
                  className="hp-link"
                  aria-label={`${words.edit} ${row.name}`}
                  onClick={() => setEditing(row)}
                >
                  {words.edit}
                </button>{' '}
                <button
                  type="button"
                  className="hp-link"
                  aria-label={`${words.remove} ${row.name}`}
                  onClick={() => setRemoving(row)}
                >
                  {words.remove}
                </button>
              </span>
            ),
          },
        ]
      : []),
  ];
  return (
    <>
      {list.error && <ProblemNote error={list.error} onRetry={() => void list.refetch()} />}
      {asked.error && <ProblemNote error={asked.error} onRetry={() => void asked.refetch()} />}
      {(list.isPending || asked.isPending) && <Loading />}
      {rows?.length === 0 && (
        <Empty title={words.emptyFunctions}>
          <p>{words.emptyFunctionsText}</p>
        </Empty>
      )}
      {rows && rows.length > 0 && (
        <WholeTable
          wrap
          label={words.tabs.functions}
          columns={columns}
          rows={rows}
          rowKey={(row) => row.id}
        />
      )}
      {editing && (
        <FunctionDialog known={editing} site={nameOf(editing)} onClose={() => setEditing(undefined)} />
      )}
      {removing && <RemoveDialog known={removing} onClose={() => setRemoving(undefined)} />}
    </>
  );
}

interface ZoneRow {
  readonly site: Site;
  readonly zone: NonNullable<Site['zones']>[number];
  readonly criticality: Criticality;
}

function ZonesTab({ mayWrite }: { mayWrite: boolean }) {
  const [view] = useView();
  const sites = useSites();
  const [editing, setEditing] = useState<ZoneRow>();
  const said = useQuery({
    queryKey: ['zones', 'criticality'],
    queryFn: () => data(api.GET('/api/v1/zones:criticality')),
  });
  const of = new Map(said.data?.items.map((one) => [one.zone_id, one.criticality]));
  const rows = (sites.data?.items ?? [])
    .filter((site) => !view.site || site.name === view.site)
    .flatMap((site) =>
      (site.zones ?? []).map((zone): ZoneRow => ({ site, zone, criticality: of.get(zone.id) ?? {} })),
    );
  const columns: readonly WholeColumn<ZoneRow>[] = [
    { title: words.columns.zone, render: (row) => row.zone.name },
    { title: words.columns.site, render: (row) => row.site.name },
    { title: words.columns.level, render: (row) => <Said value={row.zone.purdue_level} /> },
    { title: words.columns.exposure, render: (row) => <Said value={row.zone.exposure} /> },
    ...lostColumns<ZoneRow>((row) => row.criticality),
    {
      title: words.columns.assets,
      right: true,
      render: (row) => (
        <Link
          to="/assets"
          search={{ filter: both(exact('site', row.site.name), exact('zone', row.zone.name)) }}
          aria-label={`${grouped(row.zone.assets)} ${words.columns.assets}, ${row.zone.name}`}
        >
          {grouped(row.zone.assets)}
        </Link>
      ),
    },
    ...(mayWrite
      ? [
          {
            title: '',
            render: (row: ZoneRow) => (
              <button
                type="button"
                className="hp-link"
                aria-label={`${words.edit} ${row.zone.name}, ${row.site.name}`}
                onClick={() => setEditing(row)}
              >
                {words.edit}
              </button>
            ),
          },
        ]
      : []),
  ];
  const error = said.error ?? sites.error;
  return (
    <>
      {error && <ProblemNote error={error} onRetry={() => void said.refetch()} />}
      {(said.isPending || sites.isPending) && <Loading />}
      {said.data && sites.data && rows.length === 0 && (
        <Empty title={words.emptyZones}>
          <p>{words.emptyZonesText}</p>
        </Empty>
      )}
      {said.data && rows.length > 0 && (
        <WholeTable
          wrap
          label={words.tabs.zones}
          columns={columns}
          rows={rows}
          rowKey={(row) => row.zone.id}
        />
      )}
      {editing && (
        <ZoneDialog
          id={editing.zone.id}
          name={editing.zone.name}
          known={editing.criticality}
          exposure={editing.zone.exposure ?? ''}
          onClose={() => setEditing(undefined)}
        />
      )}
    </>
  );
}

function Loading() {
  return (
    <p className="hp-loading" role="status">
      {messages.list.loading} …
    </p>
  );
}

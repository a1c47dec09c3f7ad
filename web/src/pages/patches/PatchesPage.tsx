// Patches: which updates exist, what they fix, what they replace.

import { Button } from '@patternfly/react-core';
import { lazyRouteComponent } from '@tanstack/react-router';
import { Suspense, useState } from 'react';
import { api, data } from '../../api/client';
import { useMay } from '../../api/session';
import type { Patch } from '../../api/types';
import { messages } from '../../messages';
import { CopyAs } from '../../parts/CopyAs';
import type { Column } from '../../parts/DataTable';
import { Empty } from '../../parts/Empty';
import { FilterBar, filterFault } from '../../parts/FilterBar';
import { countWords, grouped, ListBody } from '../../parts/ListBody';
import { Loading } from '../../parts/Loading';
import { Said, Unknown, When } from '../../parts/MarkText';
import { Page } from '../../parts/Page';
import { TabLinks } from '../../parts/TabLinks';
import { useList } from '../../parts/useList';
import { useSelection } from '../../parts/useSelection';
import { spoken } from '../../text/words';
import { useView } from '../../view';
import { ChosenPatches } from './ChosenPatches';
import { PatchDrawer } from './PatchDrawer';

const words = messages.patches;
const FIELDS =
  'name title class severity bulletin restart released products fixes cve product source document statements vendor_state supplier release file';

const COLUMNS: readonly Column<Patch>[] = [
  {
    key: 'name',
    title: words.columns.name,
    sort: 'name',
    width: 330,
    render: (row) => <span title={row.name}>{row.name}</span>,
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
    key: 'class',
    title: words.columns.class,
    sort: 'class',
    width: 120,
    render: (row) => <Said value={row.class === 'unknown' ? null : spoken(row.class)} />,
  },
  {
    key: 'severity',
    title: words.columns.severity,
    sort: 'severity',
    width: 100,
    render: (row) => <Said value={row.severity} />,
  },
  {
    key: 'restart',
    title: words.columns.restart,
    sort: 'restart',
    width: 110,
    render: (row) => <Said value={row.restart} />,
  },
  {
    key: 'products',
    title: words.columns.products,
    sort: 'products',
    down: true,
    right: true,
    width: 84,
    render: (row) => <Counted value={row.products} />,
  },
  {
    key: 'fixes',
    title: words.columns.fixes,
    sort: 'fixes',
    down: true,
    right: true,
    width: 70,
    render: (row) => <Counted value={row.fixes} />,
  },
  {
    key: 'statements',
    title: words.columns.statements,
    sort: 'statements',
    down: true,
    right: true,
    width: 110,
    render: (row) =>
      row.statements === 0 ? <span className="hp-muted">{words.noStatement}</span> : grouped(row.statements),
  },
  {
    key: 'sources',
    title: words.columns.sources,
    width: 130,
    render: (row) => row.sources.map(spoken).join(', ') || words.listsOnly,
  },
  {
    key: 'released',
    title: words.columns.released,
    sort: 'released',
    down: true,
    width: 110,
    render: (row) => <When at={row.released_at} dayOnly />,
  },
];

/** A number that sources give. None of them giving any is not zero. */
function Counted({ value }: { value: number }) {
  return value === 0 ? <Unknown /> : grouped(value);
}

const TABS = [
  ['patches', words.tabs.patches],
  ['cover', words.tabs.cover],
] as const;

const CoverTab = lazyRouteComponent(() => import('./CoverTab'), 'CoverTab');
const GatherDialog = lazyRouteComponent(() => import('./SourceDialogs'), 'GatherDialog');
const OwnPatchDialog = lazyRouteComponent(() => import('./OwnPatchDialog'), 'OwnPatchDialog');
const RepositoryDialog = lazyRouteComponent(() => import('./SourceDialogs'), 'RepositoryDialog');

type Deed = 'gather' | 'repository' | 'own';

export function PatchesPage() {
  const [view] = useView();
  return view.tab === 'cover' ? <CoverPart /> : <ListPart />;
}

/** What brings patches here by hand. */
function SourceDeeds() {
  const [deed, setDeed] = useState<Deed>();
  const mayGather = useMay('write-advisories');
  const mayRead = useMay('write-settings');
  const close = () => setDeed(undefined);
  return (
    <>
      {mayGather && (
        <Button size="sm" variant="secondary" onClick={() => setDeed('gather')}>
          {words.deeds.gather}
        </Button>
      )}
      {mayGather && (
        <Button size="sm" variant="secondary" onClick={() => setDeed('own')}>
          {words.deeds.own}
        </Button>
      )}
      {mayRead && (
        <Button size="sm" variant="secondary" onClick={() => setDeed('repository')}>
          {words.deeds.repository}
        </Button>
      )}
      <Suspense>
        {deed === 'gather' && <GatherDialog onClose={close} />}
        {deed === 'own' && <OwnPatchDialog onClose={close} />}
        {deed === 'repository' && <RepositoryDialog onClose={close} />}
      </Suspense>
    </>
  );
}

function CoverPart() {
  return (
    <Page
      title={words.title}
      actions={
        <>
          <SourceDeeds />
          <CopyAs noun="patch cover" path="/api/v1/patches:cover" filter="" />
        </>
      }
      bar={<TabLinks label={words.title} tabs={TABS} first="patches" />}
    >
      <Suspense fallback={<Loading />}>
        <CoverTab />
      </Suspense>
    </Page>
  );
}

function ListPart() {
  const [view, change] = useView();
  const list = useList(['patches'], { filter: view.filter, sort: view.sort }, (query) =>
    data(api.GET('/api/v1/patches', { params: { query } })),
  );
  const selection = useSelection(list.items.map((row) => row.name));
  const mayAsk = useMay('write-decisions');
  const mayApprove = useMay('approve');
  const mayDecide = mayAsk || mayApprove;
  return (
    <Page
      title={words.title}
      actions={
        <>
          <SourceDeeds />
          <CopyAs noun="patch list" path="/api/v1/patches" filter={view.filter ?? ''} />
        </>
      }
      bar={
        <>
          <TabLinks label={words.title} tabs={TABS} first="patches" />
          <FilterBar
            fields={FIELDS}
            example={words.example}
            count={countWords(list.count)}
            fault={filterFault(list.error)}
          />
          {mayDecide && selection.keys.length > 0 && <ChosenPatches selection={selection} />}
        </>
      }
      drawer={view.open && <PatchDrawer name={view.open} onClose={() => change({ open: undefined })} />}
    >
      <ListBody
        name={words.title}
        list={list}
        columns={COLUMNS}
        rowKey={(row) => row.name}
        selection={mayDecide ? selection : undefined}
        selectWord={(row) => words.many.select(row.name)}
        nothingYet={
          <Empty title={words.emptyTitle}>
            <p>{words.emptyText}</p>
          </Empty>
        }
      />
    </Page>
  );
}

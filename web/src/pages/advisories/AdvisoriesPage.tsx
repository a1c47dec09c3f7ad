// Advisories: what is new, and does it touch us?

import { Button } from '@patternfly/react-core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, data } from '../../api/client';
import { useMay } from '../../api/session';
import type { AdvisoryLine } from '../../api/types';
import { messages } from '../../messages';
import { CopyAs } from '../../parts/CopyAs';
import { CountLink } from '../../parts/Counts';
import type { Column } from '../../parts/DataTable';
import { Empty } from '../../parts/Empty';
import { FilterBar, filterFault } from '../../parts/FilterBar';
import { countWords, ListBody } from '../../parts/ListBody';
import { Said, When } from '../../parts/MarkText';
import { AsOfField, Page } from '../../parts/Page';
import { TabLinks } from '../../parts/TabLinks';
import { useList } from '../../parts/useList';
import { exact } from '../../text/filter';
import { isSilent } from '../../text/words';
import { useView } from '../../view';
import { isEveryAssetCompared, useNotCompared } from '../assets/unspoken';
import { ClockCell, LaneCell } from '../findings/Pressing';
import { AdvisoryDrawer } from './AdvisoryDrawer';
import { DeletedList } from './DeletedList';
import { ImportDialog } from './ImportDialog';

const TABS = [
  ['list', messages.advisoryWork.list],
  ['deleted', messages.advisoryWork.deleted],
] as const;
const FIELDS =
  'id publisher title vendor product cve severity score published updated received status category signature source standing revisions cves products not_understood conditional yes unknown no read comments lane due';
const words = messages.advisories.columns;

/** Whether nothing is recognised in it, while a version text or an asset could not be compared: then a nought says too much. */
function mayBeUnrecognised(row: AdvisoryLine, compared: boolean): boolean {
  const silent = row.assets.yes + row.assets.unknown === 0;
  return silent && (!compared || row.outcomes.not_understood > 0);
}

function Unrecognised({ row, asOf }: { row: AdvisoryLine; asOf: string | undefined }) {
  return (
    <Link
      to={`/advisories/${row.id}`}
      search={asOf ? { as_of: asOf } : {}}
      className="hp-count-link hp-tone-unsure"
      title={messages.advisories.unrecognised}
      aria-label={`? ${messages.advisories.unrecognised}, ${row.tracking_id}`}
    >
      ?
    </Link>
  );
}

function impactCount(
  row: AdvisoryLine,
  verdict: 'yes' | 'unknown',
  asOf: string | undefined,
  compared: boolean,
) {
  if (mayBeUnrecognised(row, compared)) {
    return <Unrecognised row={row} asOf={asOf} />;
  }
  const label = verdict === 'yes' ? messages.impact.affected : messages.impact.toCheck;
  return (
    <CountLink
      value={row.assets[verdict]}
      to={`/advisories/${row.id}`}
      search={{ filter: `verdict:${verdict}`, ...(asOf ? { as_of: asOf } : {}) }}
      label={`${label}, ${row.tracking_id}`}
      unsure={verdict === 'unknown'}
    />
  );
}

function columns(asOf: string | undefined, compared: boolean): Column<AdvisoryLine>[] {
  return [
    {
      key: 'id',
      title: words.id,
      sort: 'id',
      width: 164,
      render: (row) => <AdvisoryName row={row} />,
    },
    {
      key: 'yes',
      title: words.affected,
      sort: 'yes',
      down: true,
      width: 84,
      right: true,
      render: (row) => impactCount(row, 'yes', asOf, compared),
    },
    {
      key: 'unknown',
      title: words.unknown,
      sort: 'unknown',
      down: true,
      width: 88,
      right: true,
      render: (row) => impactCount(row, 'unknown', asOf, compared),
    },
    {
      key: 'lane',
      title: messages.findings.columns.lane,
      sort: 'lane',
      down: true,
      width: 128,
      render: (row) =>
        mayBeUnrecognised(row, compared) && !row.lane ? (
          <Unrecognised row={row} asOf={asOf} />
        ) : (
          <LaneCell row={row} of={exact('advisory', row.tracking_id)} name={row.tracking_id} />
        ),
    },
    {
      key: 'due',
      title: messages.findings.columns.clock,
      sort: 'due',
      width: 130,
      render: (row) =>
        mayBeUnrecognised(row, compared) && !row.earliest_clock ? (
          <Unrecognised row={row} asOf={asOf} />
        ) : (
          <ClockCell row={row} />
        ),
    },
    {
      key: 'title',
      title: words.title,
      sort: 'title',
      render: (row) => <span title={row.title}>{row.title}</span>,
    },
    {
      key: 'publisher',
      title: words.publisher,
      sort: 'publisher',
      width: 130,
      render: (row) => row.publisher,
    },
    {
      key: 'severity',
      title: words.severity,
      sort: 'severity',
      down: true,
      width: 84,
      render: (row) => <Said value={row.severity?.toLowerCase()} />,
    },
    {
      key: 'score',
      title: words.score,
      sort: 'score',
      down: true,
      width: 62,
      right: true,
      render: (row) => <Said value={row.max_score?.toFixed(1)} />,
    },
    {
      key: 'cves',
      title: words.cves,
      sort: 'cves',
      down: true,
      width: 62,
      right: true,
      render: (row) => row.cve_count,
    },
    {
      key: 'rev',
      title: words.revision,
      sort: 'revisions',
      down: true,
      width: 88,
      render: (row) => <RevisionCell row={row} />,
    },
    {
      key: 'updated',
      title: words.updated,
      sort: 'updated',
      down: true,
      width: 100,
      render: (row) => <When at={row.current_release} dayOnly />,
    },
    {
      key: 'received',
      title: words.received,
      sort: 'received',
      down: true,
      width: 100,
      render: (row) => <When at={row.received_at} dayOnly />,
    },
  ];
}

/** Unread: a dot before the name, which is then bold. */
function AdvisoryName({ row }: { row: AdvisoryLine }) {
  if (row.read) {
    return row.tracking_id;
  }
  return (
    <strong className="hp-unread">
      <span aria-hidden="true">• </span>
      {row.tracking_id}
      <span className="hp-hidden">, {messages.advisoryWork.unread}</span>
    </strong>
  );
}

function RevisionCell({ row }: { row: AdvisoryLine }) {
  const silent = isSilent(row.standing);
  return (
    <span title={silent ? messages.advisories.revisionSilent : undefined}>
      {row.tracking_version}
      {silent && (
        <span className="hp-tone-due">
          <span aria-hidden="true"> ▲</span>
          <span className="hp-hidden">{messages.words.standing.silent}</span>
        </span>
      )}
    </span>
  );
}

export function AdvisoriesPage() {
  const [view] = useView();
  return view.tab === 'deleted' ? (
    <Page title={messages.advisories.title} bar={<Tabs />}>
      <DeletedList />
    </Page>
  ) : (
    <AdvisoryList />
  );
}

function Tabs() {
  return <TabLinks label={messages.advisories.title} tabs={TABS} first="list" />;
}

function AdvisoryList() {
  const [view, change] = useView();
  const [importing, setImporting] = useState(false);
  const mayImport = useMay('write-advisories');
  const list = useList(['advisories'], { filter: view.filter, sort: view.sort, as_of: view.as_of }, (query) =>
    data(api.GET('/api/v1/advisories', { params: { query } })),
  );
  const compared = isEveryAssetCompared(useNotCompared('', view.as_of));
  const importButton = mayImport && (
    <Button size="sm" onClick={() => setImporting(true)}>
      {messages.advisories.import}
    </Button>
  );
  return (
    <Page
      title={messages.advisories.title}
      actions={
        <>
          {importButton}
          <CopyAs noun="advisory list" path="/api/v1/advisories" filter={view.filter ?? ''} />
        </>
      }
      bar={
        <>
          <Tabs />
          {view.site && <p className="hp-note">{messages.list.scopeNote}</p>}
          <FilterBar
            example={messages.advisories.example}
            fields={FIELDS}
            count={countWords(list.count)}
            fault={filterFault(list.error)}
          >
            <AsOfField />
          </FilterBar>
        </>
      }
      drawer={view.open && <AdvisoryDrawer id={view.open} onClose={() => change({ open: undefined })} />}
    >
      <ListBody
        name={messages.advisories.title}
        list={list}
        columns={columns(view.as_of, compared)}
        rowKey={(row) => row.id}
        nothingYet={
          <Empty title={messages.advisories.emptyTitle}>
            <p>{messages.advisories.emptyText}</p>
            {importButton}
          </Empty>
        }
      />
      {importing && <ImportDialog onClose={() => setImporting(false)} />}
    </Page>
  );
}

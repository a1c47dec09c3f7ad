// Patches × releases. A cell shows the word that counts, what it stands for, whose it is, and the day. An empty cell says
// that there is no statement, which is not a no; what only others say is named so, and is no word of the supplier's.

import { Button } from '@patternfly/react-core';
import { useState } from 'react';
import { api, data } from '../../api/client';
import type { Patch, QualificationMatrix } from '../../api/types';
import { messages } from '../../messages';
import type { Column } from '../../parts/DataTable';
import { Empty } from '../../parts/Empty';
import { FilterBar } from '../../parts/FilterBar';
import { grouped, ListBody } from '../../parts/ListBody';
import { MarkText, When } from '../../parts/MarkText';
import { useList } from '../../parts/useList';
import { supplierStateMark } from '../../text/words';
import { useView } from '../../view';

const words = messages.qualification;
const FIELDS = 'name title class severity released cve product vendor_state supplier release file statements';
const RELEASES = 6;

type Cell = QualificationMatrix['cells'][number];
type Release = QualificationMatrix['releases']['items'][number];
interface MatrixRow {
  readonly patch: Patch;
  readonly cells: ReadonlyMap<number, Cell>;
}

export function MatrixFilter() {
  return <FilterBar fields={FIELDS} example={words.example} count="" fault={undefined} />;
}

export function MatrixTab() {
  const [view] = useView();
  const [releaseFilter, setReleaseFilter] = useState('');
  const [cursors, setCursors] = useState<readonly string[]>([]);
  const releaseCursor = cursors.at(-1);
  const list = useList(
    ['matrix', releaseFilter, releaseCursor],
    { filter: view.filter, sort: view.sort, as_of: view.as_of },
    async (query) => {
      const matrix = await data(
        api.GET('/api/v1/patches:matrix', {
          params: {
            query: {
              ...query,
              release_filter: releaseFilter,
              release_limit: RELEASES,
              ...(releaseCursor ? { release_cursor: releaseCursor } : {}),
            },
          },
        }),
      );
      return { ...matrix.patches, items: rowsOf(matrix), releases: matrix.releases };
    },
  );
  const releases = list.first?.releases;
  return (
    <>
      <div className="hp-toolbar">
        <label className="hp-asof">
          {words.releaseFilter}
          <input
            type="search"
            placeholder={words.releaseExample}
            value={releaseFilter}
            onChange={(event) => {
              setCursors([]);
              setReleaseFilter(event.target.value);
            }}
          />
        </label>
        {releases && (
          <span className="hp-muted">
            {words.releases(grouped(releases.items.length), grouped(releases.count.value))}
          </span>
        )}
        {(cursors.length > 0 || releases?.next) && (
          <>
            <Button
              variant="secondary"
              size="sm"
              isDisabled={cursors.length === 0}
              onClick={() => setCursors(cursors.slice(0, -1))}
            >
              {words.earlier}
            </Button>
            <Button
              variant="secondary"
              size="sm"
              isDisabled={!releases?.next}
              onClick={() => releases?.next && setCursors([...cursors, releases.next])}
            >
              {words.later}
            </Button>
          </>
        )}
      </div>
      <ListBody
        name={words.title}
        list={list}
        columns={columnsOf(releases?.items ?? [])}
        rowKey={(row) => row.patch.name}
        nothingYet={
          <Empty title={words.emptyTitle}>
            <p>{words.emptyText}</p>
          </Empty>
        }
      />
    </>
  );
}

function rowsOf(matrix: QualificationMatrix): MatrixRow[] {
  const byPatch = new Map<string, Map<number, Cell>>();
  for (const cell of matrix.cells) {
    const cells = byPatch.get(cell.patch) ?? new Map<number, Cell>();
    cells.set(cell.release, cell);
    byPatch.set(cell.patch, cells);
  }
  return matrix.patches.items.map((patch) => ({ patch, cells: byPatch.get(patch.name) ?? new Map() }));
}

function columnsOf(releases: readonly Release[]): Column<MatrixRow>[] {
  return [
    { key: 'name', title: words.patch, sort: 'name', width: 150, render: (row) => row.patch.name },
    ...releases.map(
      (release): Column<MatrixRow> => ({
        key: `release-${release.id}`,
        title: headOf(release),
        render: (row) => <CellText cell={row.cells.get(release.id)} />,
      }),
    ),
  ];
}

/** The vendor stands in the head where the product's name alone does not tell two of them apart. */
function headOf(release: Release): string {
  const parts = [release.product, release.version ?? words.versionNotSaid];
  return (release.name_is_shared ? [release.vendor, ...parts] : parts).join(' ');
}

function CellText({ cell }: { cell: Cell | undefined }) {
  if (!cell) {
    return <span className="hp-muted">{words.noStatement}</span>;
  }
  const all = cell.statements.map((one) =>
    [one.publisher, one.platform, one.word, one.conditions && `${words.conditions} ${one.conditions}`]
      .filter(Boolean)
      .join(': '),
  );
  const others = cell.statements.filter((one) => !one.counts);
  return (
    <span title={all.join('\n')}>
      {cell.state ? (
        <>
          <MarkText mark={supplierStateMark(cell.state)} /> “{cell.word}” {!cell.dated && words.undated}{' '}
          <When at={cell.said_at} dayOnly />{' '}
          <span className="hp-muted">{words.voice(cell.voice, cell.publisher)}</span>
          {cell.differ && <span className="hp-tone-caution"> {words.differ}</span>}
        </>
      ) : (
        <MarkText mark={{ symbol: '?', word: words.notTheSupplier, tone: 'unsure', dashed: true }} />
      )}
      {others.map((one) => (
        <span key={one.id} className="hp-muted">
          {' '}
          {words.othersSay(one.publisher, supplierStateMark(one.state).word, one.word)}
        </span>
      ))}
    </span>
  );
}

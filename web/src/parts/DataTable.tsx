// A list as a native table: sticky head, sortable columns, rows that open a drawer, j and k to move. Beyond a few
// hundred rows only those in sight are drawn; `aria-rowcount` and `aria-rowindex` tell the whole.

import { Link } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type MouseEvent, type ReactNode, useRef } from 'react';
import { nextSort, sortState } from '../url';
import { useView } from '../view';
import { useRowKeys } from './rowKeys';
import type { Selection } from './useSelection';

export interface Column<Row> {
  readonly key: string;
  readonly title: string;
  /** The list's own name of the field, when it can sort by it. */
  readonly sort?: string;
  /** The first click sorts from the highest. */
  readonly down?: boolean;
  /** Pixels; without it the column takes what is left. */
  readonly width?: number;
  readonly right?: boolean;
  readonly render: (row: Row) => ReactNode;
}

const ROW = 28;
/** The least width of a column without a width of its own. */
const FREE = 190;
/** More rows than this are drawn only as far as they are in sight. */
const DRAW_ALL = 200;

export function DataTable<Row>({
  caption,
  columns,
  rows,
  rowKey,
  rowText,
  total,
  opens = true,
  selection,
  selectWord,
  footer,
}: {
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  /** What the row is called: text of its first cell. */
  rowText: (row: Row) => ReactNode;
  /** How many rows there are in all, when that is known exactly. */
  total?: number | undefined;
  opens?: boolean;
  /** Rows can be chosen, and which are. */
  selection?: Selection | undefined;
  /** What choosing a row is called, for those who do not see it. */
  selectWord?: ((row: Row) => string) | undefined;
  footer?: ReactNode;
}) {
  const [view, change] = useView();
  const scroller = useRef<HTMLElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 20,
  });
  const drawsAll = rows.length <= DRAW_ALL;
  const items = drawsAll
    ? rows.map((_, index) => index)
    : virtual.getVirtualItems().map((item) => item.index);
  const before = drawsAll ? 0 : (virtual.getVirtualItems()[0]?.start ?? 0);
  const last = virtual.getVirtualItems().at(-1);
  const after = drawsAll ? 0 : virtual.getTotalSize() - (last?.end ?? 0);
  useRowKeys(scroller, rows.length, (index) => !drawsAll && virtual.scrollToIndex(index));
  const minWidth = columns.reduce((sum, column) => sum + (column.width ?? FREE), 0);
  const [first, ...others] = columns;
  const onRowClick = (event: MouseEvent, row: Row) => {
    const target = event.target as HTMLElement;
    if (!opens || target.closest('a, button, input, label') || window.getSelection()?.toString()) {
      return;
    }
    change({ open: rowKey(row) });
  };
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <section className="hp-scroll" ref={scroller} tabIndex={0} aria-label={caption}>
      <table className="hp-table" style={{ minWidth }} aria-rowcount={(total ?? rows.length) + 1}>
        <caption className="hp-hidden">{caption}</caption>
        <colgroup>
          {columns.map((column) => (
            <col key={column.key} style={column.width ? { width: column.width } : undefined} />
          ))}
        </colgroup>
        <thead>
          <tr aria-rowindex={1}>
            {columns.map((column) => (
              <Head key={column.key} column={column} sort={view.sort} onSort={(sort) => change({ sort })} />
            ))}
          </tr>
        </thead>
        <tbody>
          {before > 0 && <Gap height={before} columns={columns.length} />}
          {items.map((index) => {
            const row = rows[index];
            if (row === undefined || first === undefined) {
              return null;
            }
            const key = rowKey(row);
            return (
              <tr
                key={key}
                aria-rowindex={index + 2}
                data-index={index}
                className={opens && view.open === key ? 'hp-selected' : undefined}
                onClick={(event) => onRowClick(event, row)}
              >
                <th scope="row" className={first.right ? 'hp-right' : selection && 'hp-choosable'}>
                  {selection && (
                    <label className="hp-choose">
                      <input
                        type="checkbox"
                        checked={selection.has(key)}
                        aria-label={selectWord?.(row) ?? key}
                        onChange={() => selection.toggle(key)}
                      />
                    </label>
                  )}
                  {opens ? (
                    <Link
                      to="."
                      search={(old: Record<string, unknown>) => ({ ...old, open: key, match: undefined })}
                      data-row-main
                      aria-current={view.open === key ? 'true' : undefined}
                    >
                      {rowText(row)}
                    </Link>
                  ) : (
                    first.render(row)
                  )}
                </th>
                {others.map((column) => (
                  <td key={column.key} className={column.right ? 'hp-right' : undefined}>
                    {column.render(row)}
                  </td>
                ))}
              </tr>
            );
          })}
          {after > 0 && <Gap height={after} columns={columns.length} />}
        </tbody>
      </table>
      {footer}
    </section>
  );
}

function Gap({ height, columns }: { height: number; columns: number }) {
  return (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a row of a table takes no focus; this one holds nothing
    <tr aria-hidden="true" className="hp-gap">
      <td colSpan={columns} style={{ height }} />
    </tr>
  );
}

function Head<Row>({
  column,
  sort,
  onSort,
}: {
  column: Column<Row>;
  sort: string | undefined;
  onSort: (sort: string | undefined) => void;
}) {
  const field = column.sort;
  if (field === undefined) {
    return (
      <th scope="col" className={column.right ? 'hp-right' : undefined}>
        {column.title}
      </th>
    );
  }
  const state = sortState(sort, field);
  const arrow = state === 'none' ? '' : state === 'ascending' ? '▲' : '▼';
  return (
    <th scope="col" aria-sort={state} className={column.right ? 'hp-right' : undefined}>
      <button
        type="button"
        className="hp-sort"
        onClick={() => onSort(nextSort(sort, field, column.down === true))}
      >
        {column.title}
        <span aria-hidden="true" className="hp-arrow">
          {arrow}
        </span>
      </button>
    </th>
  );
}

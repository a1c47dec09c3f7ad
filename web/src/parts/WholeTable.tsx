// A short list that comes as a whole: no paging, no sorting, the look of the long ones.

import type { ReactNode } from 'react';

export interface WholeColumn<Row> {
  readonly title: string;
  readonly right?: boolean;
  readonly render: (row: Row) => ReactNode;
}

export function WholeTable<Row>({
  label,
  note,
  columns,
  rows,
  rowKey,
  wrap = false,
}: {
  label: string;
  /** A line above the table. */
  note?: string;
  columns: readonly WholeColumn<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  /** Texts break into lines, and columns take the room that they need. */
  wrap?: boolean;
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <section className="hp-scroll" tabIndex={0} aria-label={label}>
      {note && <p className="hp-table-note">{note}</p>}
      <table className={wrap ? 'hp-table hp-table-auto hp-table-wrap' : 'hp-table'}>
        <caption className="hp-hidden">{label}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.title} scope="col" className={column.right ? 'hp-right' : undefined}>
                {column.title || <span className="hp-hidden">{label}</span>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowKey(row)}>
              {columns.map((column, at) =>
                at === 0 ? (
                  <th key={column.title} scope="row">
                    {column.render(row)}
                  </th>
                ) : (
                  <td key={column.title} className={column.right ? 'hp-right' : undefined}>
                    {column.render(row)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

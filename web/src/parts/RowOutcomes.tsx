// What came of each row of a request with many: done and how it stands, or why it was refused.

import type { RowOutcome } from '../api/types';
import { Sentence } from './Sentence';

export function RowOutcomes({
  rows,
  name,
  said,
}: {
  rows: readonly RowOutcome[];
  name: (key: string) => string;
  /** The state of a row that was done, in words. */
  said: (state: string) => string;
}) {
  return (
    <ul className="hp-plain-list" role="status">
      {rows.map((row) => (
        <li key={row.key} className={row.done ? undefined : 'hp-tone-due'}>
          <span aria-hidden="true">{row.done ? '✓ ' : '▲ '}</span>
          <strong>{name(row.key)}</strong>:{' '}
          {row.done ? said(row.state) : <Sentence text={row.why ?? row.state} />}
          {row.done && row.why && (
            <>
              : <Sentence text={row.why} />
            </>
          )}
        </li>
      ))}
    </ul>
  );
}

// How two policies differ: in words, value by value, and by line of their texts.

import type { PolicyDifference, PolicyLineChange } from '../../api/types';
import { messages } from '../../messages';

const words = messages.policies.change;

/** Without the stars that set a word of a vocabulary apart. */
function plain(name: string): string {
  return name.replaceAll('*', '');
}

export function Differences({ changes }: { changes: readonly PolicyDifference[] }) {
  return (
    <table className="hp-table hp-table-wrap">
      <thead>
        <tr>
          <th scope="col">{words.name}</th>
          <th scope="col">{words.was}</th>
          <th scope="col">{words.becomes}</th>
        </tr>
      </thead>
      <tbody>
        {changes.map((one) => (
          <tr key={one.key}>
            <th scope="row">{plain(one.name)}</th>
            <td>{one.from}</td>
            <td>
              <strong>{one.to}</strong>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function LineChanges({ lines }: { lines: readonly PolicyLineChange[] }) {
  return (
    <div className="hp-diff hp-mono">
      {lines.map((one) => (
        <div key={one.line}>
          <div className="hp-muted">{words.line(one.line)}</div>
          <del>{one.before}</del>
          <ins>{one.after}</ins>
        </div>
      ))}
    </div>
  );
}

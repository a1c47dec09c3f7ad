// Numbers that lead to exactly the rows they count. Affected and unknown are never added up.

import { Link } from '@tanstack/react-router';
import { messages } from '../messages';
import type { View } from '../url';
import { grouped } from './ListBody';

/** A number; a link when there is something to see. */
export function CountLink({
  value,
  to,
  search,
  label,
  unsure,
}: {
  value: number;
  to: string;
  search: View;
  /** What is counted, for those who do not see the column. */
  label: string;
  unsure?: boolean;
}) {
  const text = unsure && value > 0 ? `${grouped(value)} ?` : grouped(value);
  if (value === 0) {
    return <span className="hp-muted">0</span>;
  }
  return (
    <Link
      to={to}
      search={{ ...search }}
      className={unsure ? 'hp-count-link hp-tone-unsure' : 'hp-count-link'}
      aria-label={`${grouped(value)} ${label}`}
    >
      {text}
    </Link>
  );
}

/** `31 + 6 ?` */
export function Pair({ yes, unknown }: { yes: number; unknown: number }) {
  return (
    <span className="hp-number" title={messages.advisories.affectedShort(yes, unknown)}>
      {grouped(yes)}
      {unknown > 0 && <span className="hp-tone-unsure"> + {grouped(unknown)} ?</span>}
    </span>
  );
}

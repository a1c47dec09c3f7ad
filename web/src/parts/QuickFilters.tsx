// A few filters that are asked for often, as links above the filter box; the one that is in force is marked.

import { Link } from '@tanstack/react-router';
import { useView } from '../view';

export function QuickFilters({
  label,
  filters,
}: {
  label: string;
  /** What it is called, and the filter; an empty one lists everything. */
  filters: readonly (readonly [word: string, filter: string])[];
}) {
  const [view] = useView();
  return (
    <nav className="hp-quick" aria-label={label}>
      {filters.map(([word, filter]) => (
        <Link
          key={word}
          to="."
          search={filter === '' ? {} : { filter }}
          activeOptions={{ exact: true, includeSearch: true }}
          aria-current={(view.filter ?? '') === filter ? 'page' : undefined}
        >
          {word}
        </Link>
      ))}
    </nav>
  );
}

// The parts of a page, as links: each has its address, so that it can be mailed and opened beside another.

import { Link } from '@tanstack/react-router';
import { useView } from '../view';

export function TabLinks<Key extends string>({
  label,
  tabs,
  first,
}: {
  label: string;
  /** Key and word of each part, in order. */
  tabs: readonly (readonly [Key, string])[];
  /** The part that is shown when the address names none. */
  first: Key;
}) {
  const [view] = useView();
  const shown = view.tab ?? first;
  return (
    <nav className="hp-tabs" aria-label={label}>
      <ul>
        {tabs.map(([key, word]) => (
          <li key={key}>
            <Link
              to="."
              search={(old: Record<string, unknown>) => ({
                ...(old.site ? { site: old.site } : {}),
                ...(old.as_of ? { as_of: old.as_of } : {}),
                ...(key === first ? {} : { tab: key }),
              })}
              // The router would mark the first tab on every tab, for its address is a part of theirs.
              activeOptions={{ exact: true, includeSearch: true }}
              aria-current={key === shown ? 'page' : undefined}
            >
              {word}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

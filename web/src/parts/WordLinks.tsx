// Narrowing a list that the server works out whole: one word of a few, as links, so that each has its address.

import { Link } from '@tanstack/react-router';
import { useView } from '../view';

export function WordLinks({
  label,
  all,
  words,
  count,
}: {
  label: string;
  /** The word for no narrowing. */
  all: string;
  words: readonly (readonly [string, string])[];
  count: string;
}) {
  const [view] = useView();
  const choices = [['', all] as const, ...words];
  return (
    <div className="hp-listhead">
      <nav className="hp-quick" aria-label={label}>
        {choices.map(([key, word]) => (
          <Link
            key={key}
            to="."
            search={(old: Record<string, unknown>) => ({
              ...old,
              open: undefined,
              word: key === '' ? undefined : key,
            })}
            activeOptions={{ exact: true, includeSearch: true }}
            aria-current={(view.word ?? '') === key ? 'page' : undefined}
          >
            {word}
          </Link>
        ))}
      </nav>
      <output className="hp-count" aria-live="polite">
        {count}
      </output>
    </div>
  );
}

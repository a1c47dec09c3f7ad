// Rows that are chosen, by their keys. What is chosen and is not in the list any more does not count.

import { useCallback, useMemo, useState } from 'react';

export interface Selection {
  readonly keys: readonly string[];
  readonly has: (key: string) => boolean;
  readonly toggle: (key: string) => void;
  /** All rows from the one that was chosen last to this one. */
  readonly reach: (key: string) => void;
  /** All of them; when all are chosen, none. */
  readonly toggleAll: () => void;
  readonly clear: () => void;
}

export function useSelection(shown: readonly string[]): Selection {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [last, setLast] = useState<string>();
  const keys = useMemo(() => shown.filter((key) => chosen.has(key)), [shown, chosen]);
  const toggle = useCallback((key: string) => {
    setLast(key);
    setChosen((before) => {
      const after = new Set(before);
      if (!after.delete(key)) {
        after.add(key);
      }
      return after;
    });
  }, []);
  const reach = (key: string) => {
    const [from, to] = [shown.indexOf(last ?? key), shown.indexOf(key)].sort((one, two) => one - two);
    setLast(key);
    setChosen((before) => new Set([...before, ...shown.slice(Math.max(from ?? 0, 0), (to ?? 0) + 1)]));
  };
  const clear = useCallback(() => setChosen(new Set()), []);
  return {
    keys,
    has: (key) => chosen.has(key),
    toggle,
    reach,
    toggleAll: () => setChosen(keys.length === shown.length ? new Set() : new Set(shown)),
    clear,
  };
}

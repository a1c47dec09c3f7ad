// What came of a deed, counted: how many findings, which decisions, and why not the others.

import type { TriageDone } from '../../api/types';

export interface Settled {
  readonly settled: number;
  readonly decisions: readonly string[];
  /** Why nothing was done, and with how many. */
  readonly why: ReadonlyMap<string, number>;
}

export function settledOf(done: readonly TriageDone[]): Settled {
  const why = new Map<string, number>();
  const decisions = new Set<string>();
  let settled = 0;
  for (const one of done) {
    for (const id of one.decisions) {
      decisions.add(id);
    }
    if (one.why_not) {
      why.set(one.why_not, (why.get(one.why_not) ?? 0) + 1);
    } else {
      settled += 1;
    }
  }
  return { settled, decisions: [...decisions], why };
}

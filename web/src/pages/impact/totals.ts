// The totals of an impact within a scope. Affected and unknown are never added up.

export interface VerdictCounts {
  yes: number;
  unknown: number;
  no: number;
}

interface Counted {
  readonly totals: VerdictCounts;
  readonly zones: readonly (VerdictCounts & { readonly site?: string | null })[];
}

/** The sum of the zones in scope; it is the API's own total when there is no scope. */
export function totalsOf(impact: Counted, site: string | undefined): VerdictCounts {
  if (!site) {
    return impact.totals;
  }
  const sum = { yes: 0, unknown: 0, no: 0 };
  for (const zone of impact.zones) {
    if (zone.site === site) {
      sum.yes += zone.yes;
      sum.unknown += zone.unknown;
      sum.no += zone.no;
    }
  }
  return sum;
}

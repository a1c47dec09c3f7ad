// Words about patches against one vulnerability: which assets lack them.

export const lacking = {
  title: 'Patches against it',
  none: 'No source that was read here lists a patch against it. Without one nobody can say who lacks it, which is not “nobody does”.',
  list: 'The patches that fix it',
  counts: (yes: string, unknown: string, no: string) =>
    `${yes} assets lack them, of ${unknown} nobody can say, ${no} have one.`,
  notListed: (n: string) =>
    `On ${n} more with products of Microsoft no source lists a patch against it. That is not a no.`,
  narrow: 'Which assets',
  all: 'All',
  verdicts: { yes: 'Lacks them', unknown: 'Nobody can say', no: 'Has one' } as Record<string, string>,
  columns: { asset: 'Asset', verdict: 'Stands', why: 'Why' },
  open: 'Show why',
  noneFits: 'No asset stands so.',
  noAsset: 'No asset has a product for which a patch against it is listed.',
} as const;

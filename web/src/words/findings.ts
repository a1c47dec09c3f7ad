// Words about findings: what is to be done first, until when, and why.

export const laneWords: Record<string, string> = {
  now: 'Now',
  'next-window': 'Next window',
  'next-outage': 'Next outage',
  accept: 'Accept',
};

export const clockWords: Record<string, string> = {
  kev: 'KEV',
  'bod-26-04': 'BOD 26-04',
  'bod-26-04-forensic': 'BOD 26-04, traces first',
  'cip-007-evaluate': 'CIP-007 R2, evaluate',
  'cip-007-plan': 'CIP-007 R2, apply or plan',
  nis2: 'NIS2',
  site: 'Site',
};

export const findings = {
  title: 'My queue',
  example: 'lane:now exploited:yes due<7d zone:Z2',
  columns: {
    lane: 'Lane',
    due: 'Due',
    clock: 'Clock',
    vulnerability: 'Vulnerability',
    asset: 'Asset',
    exploited: 'Exploited',
    outcome: 'Outcome',
    verdict: 'Affected',
    zone: 'Zone',
    score: 'Score',
    opened: 'Known since',
  },
  emptyTitle: 'Nothing stands open',
  emptyText:
    'A finding is a vulnerability of an asset that an advisory or a feed names. Either nothing matches, or all of it is done. Assets of which no advisory speaks are listed under Assets.',
  possible: (lowest: string, highest: string) => `possible: ${lowest} to ${highest}`,
  listed: (day: string) => `KEV since ${day}`,
  ransomware: 'ransomware',
  noListing: 'no listing known',
  way: {
    patch: 'Install the patch',
    mitigate_now: 'Mitigate at once: no patch may be installed yet',
    prepare: 'Prepare: something is missing before a patch may be installed',
    review: 'Review when something changes, at least yearly',
  } as Record<string, string>,
  clockOf: (clock: string, day: string) => `Clock: ${clock}, ${day}`,
  allOf: (n: string) => `all ${n} findings`,
  questions: 'Why',
  wouldNarrow: 'knowing it would narrow the outcome',
  counted: (value: string) => `counted as ${value}`,
  otherwise: (value: string, lane: string) => `if ${value}: ${lane}`,
  insteadOf: (before: string) => `instead of ${before}`,
  clocks: 'Clocks',
  order: (outcome: string) => `Order within ${outcome}`,
  gate: 'How and when',
  history: 'What changed it',
  noHistory: 'The outcome never changed',
  tables: 'Tables and rules',
  version: (n: number) => `rules version ${n}`,
} as const;

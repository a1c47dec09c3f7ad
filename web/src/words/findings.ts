// Words about findings: what is to be done first, until when, and why.

export const laneWords: Record<string, string> = {
  now: 'Now',
  'next-window': 'Next window',
  'next-outage': 'Next outage',
  accept: 'Accept',
};

export const outcomeWords: Record<string, string> = {
  immediate: 'Immediate',
  'out-of-cycle': 'Out of cycle',
  scheduled: 'Scheduled',
  defer: 'Defer',
};

/** The decision points as questions. */
export const pointWords: Record<string, string> = {
  exploitation: 'Is it exploited?',
  exposure: 'How exposed is the asset?',
  automatable: 'Can attacks be automated?',
  safety: 'What harm to people?',
  mission: 'What would the plant lose?',
};

/** The values of each point, from the least to the most pressing, as the API takes them. */
export const pointValues: Record<string, readonly string[]> = {
  exploitation: ['none', 'public poc', 'active'],
  exposure: ['small', 'controlled', 'open'],
  automatable: ['no', 'yes'],
  safety: ['negligible', 'marginal', 'critical', 'catastrophic'],
  mission: ['degraded', 'mef support crippled', 'mef failure', 'mission failure'],
};

/** The standard's words for values that nobody says; each stands in longer texts too. */
const VALUES: readonly (readonly [RegExp, string])[] = [
  [/\bmef support crippled\b/g, 'support of an essential function'],
  [/\bmef failure\b/g, 'one essential function'],
  [/\bmission failure\b/g, 'several essential functions'],
  [/\bpublic poc\b/g, 'public proof of concept'],
  [/\bnext-window\b/g, 'next window'],
  [/\bnext-outage\b/g, 'next outage'],
  [/\bout-of-cycle\b/g, 'out of cycle'],
];

/** A text of the API about a rank, with the standard's values as people say them. */
export function rankText(text: string): string {
  return VALUES.reduce((said, [raw, word]) => said.replace(raw, word), text);
}

export const clockWords: Record<string, string> = {
  kev: 'KEV',
  'bod-26-04': 'BOD 26-04',
  'bod-26-04-forensic': 'BOD 26-04, traces first',
  'cip-007-evaluate': 'CIP-007 R2, evaluate',
  'cip-007-plan': 'CIP-007 R2, apply or plan',
  nis2: 'NIS2',
  cycle: 'Regular cycle',
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
    'A finding is a vulnerability of an asset that an advisory or a feed names. Either nothing matches, or the inventory shows that all of it is done. Assets of which no advisory speaks are listed under Assets.',
  reported: 'Reported done; it stands open until the inventory shows it. Reported',
  possible: (lowest: string, highest: string) => `${lowest} to ${highest}`,
  possibleTitle: 'Some answers are not known; this is what is possible',
  listed: (day: string) => `KEV since ${day}`,
  ransomware: 'ransomware',
  exploitedBy: (who: string) => `yes, says ${who}`,
  notExploitedBy: (who: string) => `no, says ${who}`,
  noListing: 'no listing known',
  noTitle: 'no title known',
  way: {
    patch: 'Install the patch',
    mitigate_now: 'Mitigate at once: no patch may be installed yet',
    prepare: 'Prepare: something is missing before a patch may be installed',
    review: 'Review when something changes, at least yearly',
  } as Record<string, string>,
  nothingOpen: 'nothing open',
  noneOpen: 'No finding stands open on it.',
  openFindings: 'Open findings',
  ofThemUnknown: (n: string) => `(${n} ? to check)`,
  ofThemLate: (n: string) => `(${n} late)`,
  clockOf: (clock: string, day: string) => `Clock: ${clock}, ${day}`,
  allOf: (n: string) => `all ${n} findings`,
  questions: 'Why: the answered questions',
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
  override: {
    say: 'Say otherwise…',
    sayOn: (question: string) => `Say otherwise: ${question}`,
    title: (question: string) => `Say otherwise: ${question}`,
    text: 'Your word raises at once, with your name, until its end; it lowers once a second person has confirmed it. What a source says newly does not lift it; taking it back does.',
    now: (value: string, source: string) => `Now: ${value} (${source}).`,
    value: 'Your answer',
    choose: 'Choose an answer',
    scope: 'For what',
    scopes: {
      finding: 'this vulnerability on this asset',
      vulnerability: 'this vulnerability on all assets',
      asset: 'all vulnerabilities of this asset',
    } as Record<string, string>,
    expires: 'Until (a year at most)',
    submit: 'Say so',
    list: 'What people said',
    until: 'until',
    ended: 'ended',
    end: 'Take back',
    raisesOnly: 'One person’s word: it raises, and lowers once a second person has confirmed it.',
    confirmedBy: (name: string) => `Confirmed by ${name}.`,
    confirm: 'Confirm',
    confirmTitle: (point: string) => `Confirm the word on ${point}`,
    confirmText:
      'From then on it lowers too. What is exploited still goes to acceptance by an exemption alone.',
    endTitle: (question: string) => `Take back: ${question}`,
    endText:
      'From now on it counts again what sources say. A word that two persons stand behind goes on raising until another confirms that it ends.',
    endAsked: (name: string, why: string) =>
      `${name} wants it ended (${why}): it only raises until a second person confirms that.`,
    confirmEndTitle: (point: string) => `Confirm that the word on ${point} ends`,
    keep: 'Keep it',
    keepTitle: (point: string) => `Keep the word on ${point}`,
    keepText: 'It stands as before, as two persons’ word.',
  },
} as const;

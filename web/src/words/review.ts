// The words of the review queue and of mapping rules.

const plural = (n: number, one: string, many: string) =>
  `${n.toLocaleString('en-GB')} ${n === 1 ? one : many}`;

export const review = {
  title: 'To check',
  example: 'vendor:siemens settles>=10',
  question: 'Do these two names mean the same product?',
  kinds: {
    open: 'Matches stay open until this is answered',
    resembles: 'An answer might bring matches to light',
  },
  columns: {
    ours: 'Our name',
    theirs: "The advisories' name",
    settles: 'Reach',
    assets: 'Assets',
    advisories: 'Advisories',
    state: 'State',
  },
  states: { asked: 'Asked', proposed: 'Waits for a second person' },
  emptyTitle: 'Nothing to check',
  emptyText: 'Every name that the advisories use is one of ours, or no name of ours resembles it.',
  same: 'Same product',
  different: 'Different',
  sameMany: (n: number) => `${n} are the same`,
  differentMany: (n: number) => `${n} are different`,
  mark: 'Mark, to answer it together with others',
  proposed: (by: string, verdict: string, reason: string) =>
    `${by} proposes “${verdict}”: ${reason}. A second person has to agree, under Rules.`,
  settles: 'What an answer speaks of',
  settledText: (n: number) =>
    n === 0
      ? 'It is the last open question for none of them.'
      : `For ${plural(n, 'asset', 'assets')} of them it is the last open question.`,
  settlesText: (assets: number, configurations: number, advisories: number, products: number) =>
    `${plural(assets, 'asset', 'assets')} in ${plural(configurations, 'configuration', 'configurations')}, ` +
    `${plural(products, 'product', 'products')} in ${plural(advisories, 'advisory', 'advisories')}.`,
  tags: 'Assets',
  moreTags: (n: number) => `and ${plural(n, 'more', 'more')}`,
  sites: 'Sites',
  seenIn: 'Seen in advisory',
  sides: 'Side by side',
  what: 'What',
  vendor: 'Vendor',
  product: 'Product',
  orderNumber: 'Order number',
  version: 'Version',
  word: 'Word',
  onlyHere: 'Word on one side only',
  sameTitle: (n: number) => (n === 1 ? 'The same product?' : `${n} times the same product?`),
  differentTitle: (n: number) => (n === 1 ? 'Different products?' : `${n} times different products?`),
  sameText:
    'This becomes a mapping rule. It speaks of the names, so it settles every asset and every advisory that has them, at once.',
  differentText:
    'This becomes a mapping rule. The question is not asked again, and no match comes of these two names.',
  andMore: (n: number) => `and ${n} more`,
  reaches: 'How far it reaches',
  reachesNames: 'Exactly these two names',
  reachesSuggested: 'The wider rule that is suggested: a family, or two spellings of a vendor',
  reason: 'Why? The next person has only this to go by',
  expires: 'Until when (empty: until somebody withdraws it)',
  done: (changed: number, opened: number, closed: number) =>
    `Done. Matches with another answer: ${changed}; new: ${opened}; ended: ${closed}.`,
  waits: 'Proposed. It holds as soon as a second person agrees.',
  toRule: 'Open the rule',
};

export const rules = {
  title: 'Mapping rules',
  kicker: 'Mapping rule',
  filterExample: 'state:holding verdict:different',
  fields: 'kind verdict state ours theirs vendor author reason origin by decided expires since',
  columns: {
    ours: 'Our name',
    theirs: "The advisories' name",
    verdict: 'Says',
    state: 'State',
    author: 'Decided by',
    decided: 'Decided',
    expires: 'Holds until',
  },
  emptyTitle: 'No rules yet',
  emptyText: 'Answers to the questions under “To check” become rules, and are replayed from then on.',
  reason: 'Why',
  rests: 'Rests on it now',
  restsText: (matches: number, assets: number, advisories: number) =>
    `${plural(matches, 'match', 'matches')} of ${plural(assets, 'asset', 'assets')} and ${plural(advisories, 'advisory', 'advisories')}`,
  example: 'Example',
  exampleOurs: 'Ours as written',
  exampleTheirs: 'Theirs as written',
  exampleIn: 'Seen in',
  steps: 'Its steps',
  deeds: { withdraw: 'Withdraw', agree: 'Agree', decline: 'Decline' },
  deedTitles: {
    withdraw: 'Withdraw this rule?',
    agree: 'Agree to this rule?',
    decline: 'Decline this rule?',
  },
  deedTexts: {
    withdraw:
      'The matches that rest on it are made anew without it. The rule itself is kept with its history.',
    agree: 'It holds from now on, and the matches that it touches are brought up to date.',
    decline: 'It never holds. It is kept with your reason.',
  },
};

export const ruleWords = {
  same: 'same product',
  different: 'different',
  holding: 'holds',
  proposed: 'proposed',
  expired: 'expired',
  withdrawn: 'withdrawn',
  declined: 'declined',
};

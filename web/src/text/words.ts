// The closed vocabularies of the API, each word with its symbol. Symbol and word are always shown together; colour
// only repeats them. A word that is not known here is shown as it came, never as something milder.

import { messages } from '../messages';

export type Tone = 'plain' | 'muted' | 'unsure' | 'act' | 'due' | 'caution' | 'running';

export interface Mark {
  /** One character before the word. */
  readonly symbol: string;
  readonly word: string;
  readonly tone: Tone;
  /** Drawn with a dashed outline: not known at all. */
  readonly dashed?: boolean;
}

const words = messages.words;

function strange(word: string): Mark {
  return { symbol: '?', word, tone: 'unsure' };
}

/** Whether an asset is touched. */
export function verdictMark(verdict: string): Mark {
  switch (verdict) {
    case 'yes':
      return { symbol: '●', word: words.verdict.yes, tone: 'plain' };
    case 'unknown':
      return { symbol: '?', word: words.verdict.unknown, tone: 'unsure' };
    case 'no':
      return { symbol: '—', word: words.verdict.no, tone: 'muted' };
    default:
      return strange(verdict);
  }
}

/** How sure a match is. For a match that says no, that it says no. */
export function confidenceMark(verdict: string, confidence: string): Mark {
  if (verdict === 'no') {
    return { symbol: '—', word: words.confidence.notAffected, tone: 'muted' };
  }
  // An unknown answer is never called confirmed: it is the product that is, not the answer.
  if (verdict === 'unknown' && (confidence === 'confirmed' || confidence === 'likely')) {
    const word =
      confidence === 'confirmed' ? words.confidence.productConfirmed : words.confidence.productLikely;
    return { symbol: '?', word, tone: 'unsure' };
  }
  switch (confidence) {
    case 'confirmed':
      return { symbol: '✓', word: words.confidence.confirmed, tone: 'plain' };
    case 'likely':
      return { symbol: '▷', word: words.confidence.likely, tone: 'running' };
    case 'possible':
      return { symbol: '?', word: words.confidence.possible, tone: 'unsure' };
    case 'version_unknown':
      return { symbol: '?', word: words.confidence.versionUnknown, tone: 'unsure', dashed: true };
    default:
      return strange(confidence);
  }
}

/** The result of one test of the evidence. */
export function resultMark(result: string): Mark {
  switch (result) {
    case 'yes':
      return { symbol: '✓', word: words.result.yes, tone: 'plain' };
    case 'no':
      return { symbol: '✗', word: words.result.no, tone: 'plain' };
    case 'unknown':
      return { symbol: '?', word: words.result.unknown, tone: 'unsure' };
    default:
      return strange(result);
  }
}

/** How a version expression was understood. */
export function outcomeMark(outcome: string): Mark {
  switch (outcome) {
    case 'decided':
      return { symbol: '✓', word: words.outcome.decided, tone: 'muted' };
    case 'conditional':
      return { symbol: '△', word: words.outcome.conditional, tone: 'caution' };
    case 'not_understood':
      return { symbol: '?', word: words.outcome.notUnderstood, tone: 'unsure' };
    default:
      return strange(outcome);
  }
}

/** How a check of a source ended. */
export function checkMark(result: string): Mark {
  switch (result) {
    case 'new':
      return { symbol: '+', word: words.check.new, tone: 'plain' };
    case 'none':
      return { symbol: '–', word: words.check.none, tone: 'muted' };
    case 'failed':
      return { symbol: '▲', word: words.check.failed, tone: 'due' };
    default:
      return strange(result);
  }
}

/** What is known of a document's signature. */
export function signatureMark(state: string): Mark {
  switch (state) {
    case 'verified':
      return { symbol: '✓', word: words.signature.verified, tone: 'muted' };
    case 'absent':
      return { symbol: '—', word: words.signature.absent, tone: 'muted' };
    case 'not_checked':
      return { symbol: '?', word: words.signature.notChecked, tone: 'unsure' };
    default:
      return strange(state);
  }
}

/** How a revision came. */
export function standingMark(standing: string): Mark {
  switch (standing) {
    case 'first':
      return { symbol: '–', word: words.standing.first, tone: 'muted' };
    case 'changed':
      return { symbol: '△', word: words.standing.changed, tone: 'plain' };
    case 'silent':
      return { symbol: '▲', word: words.standing.silent, tone: 'due' };
    case 'restored':
      return { symbol: '↺', word: words.status.restored, tone: 'plain' };
    default:
      return strange(standing);
  }
}

/** Whether a revision came as other content under the same version. */
export function isSilent(standing: string): boolean {
  return standing === 'silent';
}

/** Where the work stands. */
export function statusMark(state: string): Mark {
  switch (state) {
    case 'not_remediated':
      return { symbol: '○', word: words.status.notRemediated, tone: 'plain' };
    case 'in_progress':
      return { symbol: '◐', word: words.status.inProgress, tone: 'running' };
    case 'done':
      return { symbol: '✓', word: words.status.done, tone: 'muted' };
    default:
      return strange(state);
  }
}

/** How a patch stands on an asset. */
export function patchMark(standing: string): Mark {
  switch (standing) {
    case 'installed':
      return { symbol: '✓', word: words.patch.installed, tone: 'muted' };
    case 'covered':
      return { symbol: '⊃', word: words.patch.covered, tone: 'muted' };
    case 'missing':
      return { symbol: '●', word: words.patch.missing, tone: 'plain' };
    case 'unknown':
      return { symbol: '?', word: words.patch.unknown, tone: 'unsure' };
    default:
      return strange(standing);
  }
}

/** Whether the catalogue of exploited vulnerabilities lists one. A catalogue that was never read says nothing. */
export function kevMark(kev: string): Mark {
  switch (kev) {
    case 'yes':
      return { symbol: '▲', word: words.kev.yes, tone: 'act' };
    case 'no':
      return { symbol: '—', word: words.kev.no, tone: 'muted' };
    case 'unknown':
      return { symbol: '?', word: words.kev.unknown, tone: 'unsure' };
    default:
      return strange(kev);
  }
}

/** Where a change plan stands. */
export function planMark(state: string): Mark {
  switch (state) {
    case 'draft':
      return { symbol: '○', word: words.plan.draft, tone: 'plain' };
    case 'submitted':
      return { symbol: '△', word: words.plan.submitted, tone: 'caution' };
    case 'released':
      return { symbol: '▷', word: words.plan.released, tone: 'running' };
    case 'rejected':
      return { symbol: '✗', word: words.plan.rejected, tone: 'plain' };
    case 'withdrawn':
      return { symbol: '—', word: words.plan.withdrawn, tone: 'muted' };
    case 'superseded':
      return { symbol: '↷', word: words.plan.superseded, tone: 'muted' };
    case 'ended':
      return { symbol: '✓', word: words.plan.ended, tone: 'muted' };
    default:
      return strange(state);
  }
}

/** What a mapping rule says of two names. */
export function ruleMark(verdict: string): Mark {
  switch (verdict) {
    case 'same':
      return { symbol: '=', word: words.rule.same, tone: 'plain' };
    case 'different':
      return { symbol: '≠', word: words.rule.different, tone: 'plain' };
    default:
      return strange(verdict);
  }
}

/** How a mapping rule stands. */
export function ruleStateMark(state: string): Mark {
  switch (state) {
    case 'holding':
      return { symbol: '✓', word: words.rule.holding, tone: 'plain' };
    case 'proposed':
      return { symbol: '◷', word: words.rule.proposed, tone: 'running' };
    case 'expired':
      return { symbol: '△', word: words.rule.expired, tone: 'due' };
    case 'withdrawn':
      return { symbol: '—', word: words.rule.withdrawn, tone: 'muted' };
    case 'declined':
      return { symbol: '✗', word: words.rule.declined, tone: 'muted' };
    default:
      return strange(state);
  }
}

/** A word of the API with underscores as people write it. */
export function spoken(word: string): string {
  const known: Record<string, string> = words.terms;
  return known[word] ?? word.replaceAll('_', ' ').replaceAll('-', ' ');
}

/** How far deciding about a finding has come. */
export function decisionMark(standing: string): Mark {
  const names = words.findingDecision;
  switch (standing) {
    case 'undecided':
      return { symbol: '○', word: names.undecided, tone: 'plain' };
    case 'asked':
      return { symbol: '◐', word: names.asked, tone: 'running' };
    case 'decided':
      return { symbol: '✓', word: names.decided, tone: 'muted' };
    default:
      return strange(standing);
  }
}

/** What a supplier says of a patch. A word that nobody has explained looks like what it is: not known. */
export function supplierStateMark(state: string): Mark {
  const names = words.supplierState;
  switch (state) {
    case 'approved':
      return { symbol: '✓', word: names.approved, tone: 'plain' };
    case 'released':
      return { symbol: '✓', word: names.released, tone: 'plain' };
    case 'not_approved':
      return { symbol: '■', word: names.not_approved, tone: 'act' };
    case 'not_applicable':
      return { symbol: '—', word: names.not_applicable, tone: 'muted' };
    case 'in_test':
      return { symbol: '◐', word: names.in_test, tone: 'running' };
    case 'available':
      return { symbol: '○', word: names.available, tone: 'plain' };
    case 'unknown':
      return { symbol: '?', word: names.unknown, tone: 'unsure', dashed: true };
    default:
      return strange(state);
  }
}

/** How a question to a supplier stands. */
export function questionMark(state: string): Mark {
  const names = words.question;
  switch (state) {
    case 'open':
      return { symbol: '○', word: names.open, tone: 'plain' };
    case 'overdue':
      return { symbol: '△', word: names.overdue, tone: 'due' };
    case 'answered':
      return { symbol: '✓', word: names.answered, tone: 'plain' };
    case 'closed':
      return { symbol: '—', word: names.closed, tone: 'muted' };
    default:
      return strange(state);
  }
}

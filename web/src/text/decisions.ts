// The closed vocabularies of deciding, each word with its symbol: decisions, owner states, exemptions, runs, risk.

import { messages } from '../messages';
import type { Mark } from './words';

const words = messages.words;

function strange(word: string): Mark {
  return { symbol: '?', word, tone: 'unsure' };
}

/** How a decision stands. */
export function decisionMark(state: string): Mark {
  const names = words.decision;
  switch (state) {
    case 'waiting':
      return { symbol: '◷', word: names.waiting, tone: 'running' };
    case 'returned':
      return { symbol: '↺', word: names.returned, tone: 'due' };
    case 'granted':
      return { symbol: '✓', word: names.granted, tone: 'plain' };
    case 'rejected':
      return { symbol: '✗', word: names.rejected, tone: 'plain' };
    case 'withdrawn':
      return { symbol: '—', word: names.withdrawn, tone: 'muted' };
    case 'lapsed':
      return { symbol: '△', word: names.lapsed, tone: 'caution' };
    case 'revoked':
      return { symbol: '✗', word: names.revoked, tone: 'muted' };
    default:
      return strange(state);
  }
}

/** How a patch stands in a baseline. `null`: nobody has decided, which is not a no. */
export function ownerMark(state: string | null | undefined): Mark {
  const names = words.owner;
  switch (state) {
    case null:
    case undefined:
      return { symbol: '?', word: names.undecided, tone: 'unsure' };
    case 'in_internal_test':
      return { symbol: '◐', word: names.inTest, tone: 'running' };
    case 'not_authorized':
      return { symbol: '■', word: names.notAuthorized, tone: 'plain' };
    case 'authorized':
      return { symbol: '✓', word: names.authorized, tone: 'plain' };
    case 'effective':
      return { symbol: '●', word: names.effective, tone: 'plain' };
    default:
      return strange(state);
  }
}

/** How a revision of a policy stands. */
export function policyStateMark(state: string): Mark {
  const names = messages.policies.states;
  switch (state) {
    case 'proposed':
      return { symbol: '◷', word: names.proposed, tone: 'running' };
    case 'published':
      return { symbol: '✓', word: names.published, tone: 'plain' };
    case 'rejected':
      return { symbol: '✗', word: names.rejected, tone: 'muted' };
    case 'withdrawn':
      return { symbol: '—', word: names.withdrawn, tone: 'muted' };
    default:
      return strange(state);
  }
}

/** How an exemption stands. */
export function exemptionMark(state: string): Mark {
  const names = words.exemption;
  switch (state) {
    case 'proposed':
      return { symbol: '◷', word: names.proposed, tone: 'running' };
    case 'holding':
      return { symbol: '✓', word: names.holding, tone: 'plain' };
    case 'under_review':
      return { symbol: '▲', word: names.underReview, tone: 'due' };
    case 'ended':
      return { symbol: '—', word: names.ended, tone: 'muted' };
    default:
      return strange(state);
  }
}

/** Whether a control was seen working. */
export function controlMark(verified: string): Mark {
  const names = words.control;
  switch (verified) {
    case 'working':
      return { symbol: '✓', word: names.working, tone: 'plain' };
    case 'failed':
      return { symbol: '◆', word: names.failed, tone: 'act' };
    case 'never':
      return { symbol: '?', word: names.never, tone: 'unsure', dashed: true };
    default:
      return strange(verified);
  }
}

/** How a test run stands, or came out. */
export function runMark(state: string): Mark {
  const names = words.testRun;
  switch (state) {
    case 'running':
      return { symbol: '▷', word: names.running, tone: 'running' };
    case 'passed':
      return { symbol: '✓', word: names.passed, tone: 'plain' };
    case 'failed':
      return { symbol: '✗', word: names.failed, tone: 'due' };
    case 'aborted':
      return { symbol: '—', word: names.aborted, tone: 'muted' };
    default:
      return strange(state);
  }
}

/** What came of a step. Not done yet is no failure. */
export function stepMark(result: string | null | undefined): Mark {
  const names = words.testStep;
  switch (result) {
    case null:
    case undefined:
      return { symbol: '○', word: names.open, tone: 'muted' };
    case 'passed':
      return { symbol: '✓', word: names.passed, tone: 'plain' };
    case 'failed':
      return { symbol: '✗', word: names.failed, tone: 'due' };
    case 'skipped':
      return { symbol: '△', word: names.skipped, tone: 'caution' };
    default:
      return strange(result);
  }
}

/** How an asset, or a patch on it, compares with its baseline. */
export function comparedMark(word: string): Mark {
  const names = words.compared;
  switch (word) {
    case 'complies':
      return { symbol: '✓', word: names.complies, tone: 'muted' };
    case 'deviates':
      return { symbol: '▲', word: names.deviates, tone: 'due' };
    case 'effective_not_seen':
      return { symbol: '○', word: names.notSeen, tone: 'plain' };
    case 'seen_not_effective':
      return { symbol: '▲', word: names.notEffective, tone: 'due' };
    case 'unknown':
      return { symbol: '?', word: names.unknown, tone: 'unsure' };
    case 'superseded':
      return { symbol: '→', word: names.superseded, tone: 'muted' };
    case 'blocked':
      return { symbol: '⏸', word: names.blocked, tone: 'plain' };
    default:
      return strange(word);
  }
}

/** A class of risk; a grey word, because only lanes and clocks take colour. */
export function riskWord(risk: string): string {
  const names: Record<string, string> = words.risk;
  return names[risk] ?? risk;
}

export function kindWord(kind: string): string {
  const names: Record<string, string> = words.decisionKind;
  return names[kind] ?? kind;
}

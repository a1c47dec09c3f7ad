// The words of deployments and their steps, each with its symbol.

import { messages } from '../messages';
import { checks } from '../words/deployments';
import type { Mark, Tone } from './words';

const words = messages.deployments;

function strange(word: string): Mark {
  return { symbol: '?', word, tone: 'unsure' };
}

const STATES: Record<keyof typeof words.states, readonly [string, Tone]> = {
  running: ['▷', 'running'],
  paused: ['‖', 'caution'],
  stopped: ['■', 'act'],
  taken_back: ['—', 'muted'],
  over: ['✓', 'plain'],
};

/** Where a deployment stands. */
export function deploymentMark(state: string): Mark {
  const known = STATES[state as keyof typeof STATES];
  return known
    ? { symbol: known[0], word: words.states[state as keyof typeof STATES], tone: known[1] }
    : strange(state);
}

const STEPS: Record<keyof typeof words.steps, readonly [string, Tone]> = {
  waiting: ['○', 'muted'],
  staging: ['▷', 'running'],
  staged: ['○', 'plain'],
  checking: ['▷', 'running'],
  checked: ['○', 'plain'],
  backing_up: ['▷', 'running'],
  backed_up: ['○', 'plain'],
  installing: ['▷', 'running'],
  awaiting_restart: ['△', 'caution'],
  restarting: ['▷', 'running'],
  to_verify: ['?', 'unsure'],
  verifying: ['▷', 'running'],
  verified: ['◐', 'plain'],
  rechecking: ['▷', 'running'],
  done: ['✓', 'plain'],
  aborted: ['—', 'muted'],
  broken: ['✗', 'act'],
  undoing: ['◁', 'caution'],
  to_verify_undo: ['?', 'unsure'],
  verifying_undo: ['▷', 'running'],
  rolled_back: ['◁', 'caution'],
  by_hand: ['▲', 'act'],
};

/** Where a step stands. */
export function stepMark(state: string): Mark {
  const known = STEPS[state as keyof typeof STEPS];
  return known
    ? { symbol: known[0], word: words.steps[state as keyof typeof STEPS], tone: known[1] }
    : strange(state);
}

/** What a check of the outside said last. */
export function checkMark(answer: string | null | undefined): Mark {
  switch (answer) {
    case null:
    case undefined:
      return { symbol: '?', word: checks.notAsked, tone: 'unsure', dashed: true };
    case 'passed':
      return { symbol: '✓', word: checks.answers.passed ?? answer, tone: 'plain' };
    case 'refused':
      return { symbol: '■', word: checks.answers.refused ?? answer, tone: 'act' };
    case 'unknown':
      return { symbol: '?', word: checks.answers.unknown ?? answer, tone: 'unsure' };
    default:
      return strange(answer);
  }
}

/** How the preflight of a step stands, by its state and what it waits for. */
export function preflightMark(state: string, waitFor: string | null | undefined): Mark {
  switch (state) {
    case 'waiting':
    case 'staging':
      return { symbol: '○', word: checks.preflights.notYet, tone: 'muted' };
    case 'staged':
      return waitFor === 'back_off'
        ? { symbol: '✗', word: checks.preflights.failed, tone: 'act' }
        : { symbol: '○', word: checks.preflights.notYet, tone: 'muted' };
    case 'checking':
      return { symbol: '▷', word: checks.preflights.running, tone: 'running' };
    case 'aborted':
      return { symbol: '—', word: checks.preflights.over, tone: 'muted' };
    default:
      return { symbol: '✓', word: checks.preflights.passed, tone: 'plain' };
  }
}

/** What was reported of an installation. */
export function reportedMark(reported: string | null | undefined): Mark {
  switch (reported) {
    case null:
    case undefined:
      return { symbol: '—', word: words.notReported, tone: 'muted' };
    case 'succeeded':
      return { symbol: '●', word: words.reports.succeeded, tone: 'plain' };
    case 'by_hand':
      return { symbol: '●', word: words.reports.by_hand, tone: 'plain' };
    case 'failed':
      return { symbol: '✗', word: words.reports.failed, tone: 'act' };
    case 'unknown':
      return { symbol: '?', word: words.reports.unknown, tone: 'unsure' };
    default:
      return strange(reported);
  }
}

/** What the last look showed. */
export function observedMark(observed: string | null | undefined): Mark {
  switch (observed) {
    case null:
    case undefined:
      return { symbol: '?', word: words.notObserved, tone: 'unsure', dashed: true };
    case 'as_promised':
      return { symbol: '✓', word: words.outcomes.as_promised ?? observed, tone: 'plain' };
    case 'not_restarted':
      return { symbol: '◐', word: words.outcomes.not_restarted ?? observed, tone: 'caution' };
    case 'as_before':
      return { symbol: '◁', word: words.outcomes.as_before ?? observed, tone: 'caution' };
    case 'otherwise':
      return { symbol: '✗', word: words.outcomes.otherwise ?? observed, tone: 'act' };
    default:
      return strange(observed);
  }
}

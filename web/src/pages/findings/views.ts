// The views of the queue, and which of them is whose: engineers decide, approvers see what waits for signatures.

import { may } from '../../api/session';
import type { Session } from '../../api/types';
import { messages } from '../../messages';

const words = messages.triage.views;

export type QueueName = 'undecided' | 'now' | 'late' | 'exploited' | 'asked' | 'all';

/** Name, word, and the filter that it stands for. */
export const QUEUES: readonly (readonly [QueueName, string, string])[] = [
  ['undecided', words.undecided, 'decision:undecided'],
  ['now', words.now, 'lane:now'],
  ['late', words.late, 'due<0d'],
  ['exploited', words.exploited, 'exploited:yes'],
  ['asked', words.asked, 'decision:asked'],
  ['all', words.all, ''],
];

/** With which view somebody begins. */
export function usualQueue(session: Session | undefined): QueueName {
  if (may(session, 'approve')) {
    return 'asked';
  }
  return may(session, 'write-decisions') ? 'undecided' : 'all';
}

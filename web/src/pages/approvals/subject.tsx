// What a decision is about, in one line.

import type { Decision } from '../../api/types';
import { messages } from '../../messages';
import { kindWord } from '../../text/decisions';

const words = messages.approvals;

export function subject(decision: Decision): string {
  if (decision.standard) {
    return words.standardOf(decision.standard);
  }
  return decision.patch ?? `${kindWord(decision.kind)}: ${decision.reason}`;
}

export function where(decision: Decision): string {
  if (decision.baseline) {
    return decision.baseline;
  }
  return decision.kind === 'reject' || decision.kind === 'readmit' ? words.everywhere : '';
}

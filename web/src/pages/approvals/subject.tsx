// What a decision is about, in one line.

import type { Decision } from '../../api/types';
import { messages } from '../../messages';
import { kindWord } from '../../text/decisions';

const words = messages.approvals;

export function subject(decision: Decision): string {
  if (decision.standard) {
    return words.standardOf(decision.standard);
  }
  if (decision.exempts) {
    return `${kindWord(decision.kind)}: ${decision.exempts}`;
  }
  return decision.patch ?? `${kindWord(decision.kind)}: ${decision.reason}`;
}

export function where(decision: Decision): string {
  if (decision.baseline) {
    return decision.baseline;
  }
  if (decision.exempts_on) {
    return decision.exempts_on;
  }
  return decision.kind === 'reject' || decision.kind === 'readmit' ? words.everywhere : '';
}

// Whether an asset lacks the patches against a vulnerability, as symbol and word.

import { lacking } from '../words/lacking';
import type { Mark } from './words';

export function lackMark(verdict: string): Mark {
  const word = lacking.verdicts[verdict];
  if (word === undefined) {
    return { symbol: '?', word: verdict, tone: 'unsure' };
  }
  switch (verdict) {
    case 'yes':
      return { symbol: '▲', word, tone: 'due' };
    case 'no':
      return { symbol: '✓', word, tone: 'muted' };
    default:
      return { symbol: '?', word, tone: 'unsure' };
  }
}

// The worst consequence that somebody has named for an asset. It is a word, never a number.

import type { AssetLine } from '../../api/types';
import { spoken } from '../../text/words';

const RANKS = ['none', 'minor', 'moderate', 'major', 'catastrophic'];

/** `major, safety`; nothing when nobody has said anything. */
export function worstConsequence(criticality: AssetLine['criticality']): string | undefined {
  let worst: { rank: number; text: string } | undefined;
  for (const [dimension, word] of Object.entries(criticality)) {
    if (typeof word === 'string') {
      const rank = RANKS.indexOf(word);
      if (worst === undefined || rank > worst.rank) {
        worst = { rank, text: `${spoken(word)}, ${spoken(dimension)}` };
      }
    }
  }
  return worst?.text;
}

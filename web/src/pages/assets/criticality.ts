// The worst consequence that somebody has named for an asset. It is a word, never a number; what nobody has said may be
// worse, and is shown beside it.

import type { AssetLine } from '../../api/types';
import { spoken } from '../../text/words';

const RANKS = ['none', 'minor', 'moderate', 'major', 'catastrophic'];

const DIMENSIONS = ['safety', 'production', 'environment', 'quality', 'data'] as const;

/** `major, safety`; with `+ ?` where a dimension that nobody has said may be worse; nothing when nobody has said anything. */
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
  if (worst === undefined) {
    return undefined;
  }
  const isWhole = DIMENSIONS.every((dimension) => typeof criticality[dimension] === 'string');
  return isWhole || worst.rank === RANKS.length - 1 ? worst.text : `${worst.text} + ?`;
}

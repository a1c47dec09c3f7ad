// The scope of a baseline in words.

import type { Baseline, BaselineLine } from '../../api/types';
import { messages } from '../../messages';
import { spoken } from '../../text/words';

const words = messages.baselines;

export function scopeWords(scope: Baseline['scope']): string {
  const release =
    scope.release_product && scope.release_version
      ? words.release(scope.release_product, scope.release_version)
      : undefined;
  const parts = [scope.kind && spoken(scope.kind), scope.vendor, scope.product, release].filter(Boolean);
  return parts.length === 0 ? words.everyAsset : parts.join(' · ');
}

export function placeWords(line: BaselineLine): string {
  return [line.site, line.zone].filter(Boolean).join(', ') || words.everywhere;
}

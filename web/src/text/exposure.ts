// How much exposure a plan leaves, with digits enough to tell it from the least that is possible.

import { messages } from '../messages';

/** The most digits after the point. */
const MOST = 6;

const digits = (value: number, n: number) =>
  value.toLocaleString('en-GB', { minimumFractionDigits: n, maximumFractionDigits: n });

export function exposureWords(planned: number, bound: number, gapPercent: number): string {
  // Three digits that count: 436, 43.6, 4.36.
  const few = [100, 10, 1, 0.1].filter((least) => bound < least).length;
  for (let n = few; n <= MOST && gapPercent >= 0.05; n += 1) {
    if (digits(planned, n) !== digits(bound, n)) {
      return messages.plans.boundText(digits(planned, n), digits(bound, n), `${gapPercent.toFixed(1)} %`);
    }
  }
  return messages.plans.boundLeast(digits(planned, few));
}

// How old the oldest of what sources told us is: providers by their checks, feeds by when they were read, also by hand.

import type { Status } from '../api/types';

export interface Knowledge {
  /** The moment of the oldest of it; absent: nothing was ever told. */
  at?: string;
  /** Set when a provider is known and none was ever looked at. */
  unasked: boolean;
}

export function knowledge(sources: Status['sources']): Knowledge {
  const providers = sources.oldest_success_at ?? sources.last_check_at;
  const moments = [providers, ...sources.feeds.map((feed) => feed.read_at)].filter((at) => at != null);
  moments.sort((one, other) => Date.parse(one) - Date.parse(other));
  return { at: moments[0], unasked: sources.providers > 0 && !providers };
}

// How large a file is, for people.

import { messages } from '../messages';

/** `12 kB`, `3.4 MB`. */
export function size(bytes: number): string {
  if (bytes < 1000) {
    return messages.size.bytes(bytes);
  }
  if (bytes < 1_000_000) {
    return messages.size.kilobytes(Math.round(bytes / 1000));
  }
  return messages.size.megabytes((bytes / 1_000_000).toFixed(1));
}

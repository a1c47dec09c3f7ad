// What stands in a file that should be JSON.

import { ProblemError } from '../api/problem';

/** The value; a problem in words where the text is no JSON. Nothing was sent then, so nothing was changed. */
export function jsonOf(text: string, words: { title: string; detail: string }): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ProblemError({ status: 400, code: 'not-json', ...words, changed: false });
  }
}

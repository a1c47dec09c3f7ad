// A sentence of the API; what stands in backticks is a value and is set apart.

import type { ReactNode } from 'react';

export function Sentence({ text }: { text: string }) {
  const parts = text.split('`');
  // An odd number of backticks is no pair: the text is shown as it is.
  if (parts.length % 2 === 0) {
    return text;
  }
  const out: ReactNode[] = [];
  let at = 0;
  for (const part of parts) {
    const isValue = out.length % 2 === 1;
    out.push(isValue ? <code key={at}>{part}</code> : <span key={at}>{part}</span>);
    at += part.length + 1;
  }
  return out;
}

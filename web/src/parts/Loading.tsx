// Something comes.

import { messages } from '../messages';

export function Loading() {
  return (
    <p className="hp-loading" role="status">
      {messages.list.loading} …
    </p>
  );
}

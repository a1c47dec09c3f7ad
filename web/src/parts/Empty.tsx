// The empty states. Nothing yet, filtered to none, all clear, and cannot know are four different things.

import type { ReactNode } from 'react';

export function Empty({ title, children, symbol }: { title: string; children?: ReactNode; symbol?: string }) {
  return (
    <div className="hp-empty">
      <h2>
        {symbol && (
          <span className="hp-tone-unsure" aria-hidden="true">
            {symbol}{' '}
          </span>
        )}
        {title}
      </h2>
      {children}
    </div>
  );
}

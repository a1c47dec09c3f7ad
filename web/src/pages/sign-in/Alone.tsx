// A page without the frame, for those who are not signed in.

import { type ReactNode, useEffect } from 'react';
import { messages } from '../../messages';

export function Alone({ title, children }: { title: string; children: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · ${messages.product}`;
  }, [title]);
  return (
    <main className="hp-alone">
      <div className="hp-alone-box">
        <p className="hp-brand">
          <span className="hp-brand-sign" aria-hidden="true" />
          {messages.product}
        </p>
        <h1>{title}</h1>
        {children}
      </div>
    </main>
  );
}

// A list of names and values.

import type { ReactNode } from 'react';

export function Facts({ rows }: { rows: readonly (readonly [string, ReactNode])[] }) {
  return (
    <dl className="hp-facts">
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** A part of a page or drawer. Below the title of a page itself it is `top`. */
export function Section({ title, top, children }: { title: string; top?: boolean; children: ReactNode }) {
  const Heading = top ? 'h2' : 'h3';
  return (
    <section className="hp-section">
      <Heading>{title}</Heading>
      {children}
    </section>
  );
}

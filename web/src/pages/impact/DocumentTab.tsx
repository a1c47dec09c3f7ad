// What the document says, in the publisher's words. All of it is shown as plain text.

import type { Advisory } from '../../api/types';
import { messages } from '../../messages';
import { Section } from '../../parts/Facts';
import { Sentence } from '../../parts/Sentence';
import { spoken } from '../../text/words';
import { OutsideLink, Remediation } from './ExplanationDrawer';

const words = messages.document;

export function DocumentTab({ advisory }: { advisory: Advisory }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <section className="hp-text" tabIndex={0} aria-label={messages.impact.tabs.document}>
      <Section top title={words.notes}>
        {advisory.notes.map((note) => (
          <div key={`${note.category} ${note.title} ${note.text.slice(0, 80)}`}>
            <h3>{note.title || spoken(note.category)}</h3>
            <p className="hp-prose">{note.text}</p>
          </div>
        ))}
      </Section>
      <Section top title={words.vulnerabilities}>
        {advisory.vulnerabilities.map((one) => (
          <details key={one.number} className="hp-vulnerability">
            <summary>
              <span className="hp-mono">{one.reference}</span> {one.title === one.reference ? '' : one.title}{' '}
              <span className="hp-muted">
                {one.scores
                  .map((score) => `CVSS ${score.version} ${score.base?.toFixed(1) ?? '?'}`)
                  .join(' · ')}{' '}
                {one.cwe}
              </span>
            </summary>
            {one.notes.map((note) => (
              <p key={`${note.category} ${note.text.slice(0, 80)}`} className="hp-prose">
                {note.text}
              </p>
            ))}
            <p>
              {Object.entries(one.statuses)
                .map(([status, count]) => `${spoken(status)}: ${words.products(count)}`)
                .join(' · ')}
            </p>
            {one.threats.map((threat) => (
              <p key={`${threat.category} ${threat.details}`}>
                <strong>{spoken(threat.category)}</strong>: {threat.details}
              </p>
            ))}
            {one.remediations.map((remediation) => (
              <Remediation
                key={`${remediation.category} ${remediation.details} ${remediation.products.join(' ')}`}
                remediation={remediation}
              />
            ))}
          </details>
        ))}
      </Section>
      <Section top title={words.references}>
        <ul>
          {advisory.references.map((link) => (
            <li key={`${link.category} ${link.url}`}>
              <OutsideLink url={link.url}>{link.summary || link.url}</OutsideLink>
            </li>
          ))}
        </ul>
      </Section>
      <Section top title={words.warnings}>
        {advisory.warnings.length === 0 ? (
          <p className="hp-muted">{words.noWarnings}</p>
        ) : (
          <Warnings warnings={advisory.warnings} />
        )}
      </Section>
    </section>
  );
}

/** Remarks of the same kind together, each with its places. */
function Warnings({ warnings }: { warnings: Advisory['warnings'] }) {
  const kinds = new Map<string, Advisory['warnings']>();
  for (const warning of warnings) {
    const kind = `${warning.code} ${warning.message}`;
    kinds.set(kind, [...(kinds.get(kind) ?? []), warning]);
  }
  return (
    <ul>
      {[...kinds].map(([kind, same]) => (
        <li key={kind}>
          <span className="hp-mono">{same[0]?.code}</span> <Sentence text={same[0]?.message ?? ''} />{' '}
          {same.length === 1 ? (
            <span className="hp-mono hp-muted">{same[0]?.place}</span>
          ) : (
            <details>
              <summary>{words.places(same.length)}</summary>
              <ul className="hp-mono">
                {same.map((warning) => (
                  <li key={warning.place}>{warning.place}</li>
                ))}
              </ul>
            </details>
          )}
        </li>
      ))}
    </ul>
  );
}

// What a deed would do: how many of how many, the patches it asks for, and what it leaves out with the reason.

import type { TriageLook } from '../../api/types';
import { messages } from '../../messages';
import { grouped } from '../../parts/ListBody';
import { Lane } from './lane';

const words = messages.triage;
/** Rows that are named one by one. */
const SHOWN = 6;

export function TriagePreview({ look }: { look: TriageLook }) {
  const left = new Map<string, number>();
  for (const row of look.rows) {
    if (row.hindrance) {
      left.set(row.hindrance, (left.get(row.hindrance) ?? 0) + 1);
    }
  }
  const meant = look.rows.filter((row) => !row.hindrance);
  return (
    <section role="status" className="hp-preview">
      <p>
        <strong>
          {look.does === 0 ? words.doesNothing : words.does(grouped(look.does), grouped(look.rows.length))}
        </strong>
      </p>
      {look.patches.length > 0 && <Patches patches={look.patches} />}
      {look.patches.length === 0 && (
        <ul className="hp-plain-list">
          {meant.slice(0, SHOWN).map((row) => (
            <li key={row.finding.id}>
              <Lane lane={row.finding.lane} /> {row.finding.asset_tag}{' '}
              <span className="hp-mono">{row.finding.vulnerability}</span>
            </li>
          ))}
          {meant.length > SHOWN && <li className="hp-muted">{words.more(grouped(meant.length - SHOWN))}</li>}
        </ul>
      )}
      {left.size > 0 && (
        <ul className="hp-plain-list">
          {[...left].map(([why, n]) => (
            <li key={why} className="hp-break">
              <span className="hp-tone-caution">△ </span>
              {words.not(words.findings(n), why)}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Patches({ patches }: { patches: TriageLook['patches'] }) {
  return (
    <ul className="hp-plain-list">
      {patches.map((one) => (
        <li key={`${one.baseline_id} ${one.patch}`}>
          <strong>{one.patch}</strong>{' '}
          <span className={one.state === 'hindered' ? 'hp-tone-caution' : undefined}>
            {words.states[one.state] ?? one.state}
          </span>
          <span title={one.assets.join(' ')}>
            ; {words.patchLine(words.findings(one.n_findings), words.assets(one.assets.length))}
          </span>
          <div className="hp-small hp-muted">
            {one.baseline} · {words.supplier(one.supplier)}
          </div>
        </li>
      ))}
    </ul>
  );
}

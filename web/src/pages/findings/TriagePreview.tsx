// What a deed would do: how many of how many by lane, clock and match, the patches it asks for, every finding page by page,
// and what it leaves out with the reason.

import { Button } from '@patternfly/react-core';
import { useState } from 'react';
import type { TriageLook } from '../../api/types';
import { messages } from '../../messages';
import { grouped } from '../../parts/ListBody';
import { clockWords, laneWords } from '../../words/findings';
import { clockWord, Lane } from './lane';

const words = messages.triage;
/** Rows of a page. */
const SHOWN = 10;

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
      <Counts name={words.byLane} counts={look.lanes} known={laneWords} />
      <Counts name={words.byClock} counts={look.clocks} known={clockWords} />
      <Counts name={words.byMatch} counts={look.matches} known={words.matches} />
      {look.patches.length > 0 && <Patches patches={look.patches} />}
      <Meant rows={meant} />
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

function Counts({
  name,
  counts,
  known,
}: {
  name: string;
  counts: TriageLook['lanes'];
  known: Record<string, string>;
}) {
  if (counts.length === 0) {
    return null;
  }
  const parts = counts.map((one) => words.counted(one.n_findings, known[one.word] ?? one.word));
  return (
    <p className="hp-small">
      <span className="hp-muted">{name}</span> {parts.join(', ')}
    </p>
  );
}

/** Every finding that something would be done with, page by page. */
function Meant({ rows }: { rows: TriageLook['rows'] }) {
  const [wanted, setPage] = useState(0);
  const last = Math.max(0, Math.ceil(rows.length / SHOWN) - 1);
  const page = Math.min(wanted, last);
  const first = page * SHOWN;
  const shown = rows.slice(first, first + SHOWN);
  return (
    <>
      <ul className="hp-plain-list">
        {shown.map((row) => (
          <li key={row.finding.id}>
            <Lane lane={row.finding.lane} /> {row.finding.asset_tag}{' '}
            <span className="hp-mono">{row.finding.vulnerability}</span>{' '}
            <span className="hp-small hp-muted">
              {clockWord(row.finding.clock)}
              {row.finding.verdict === 'unknown' && `, ? ${words.matches.unknown}`}
            </span>
          </li>
        ))}
      </ul>
      {last > 0 && (
        <p className="hp-small">
          <Button variant="link" isInline isDisabled={page === 0} onClick={() => setPage(page - 1)}>
            {words.previous}
          </Button>{' '}
          {words.rows(grouped(first + 1), grouped(first + shown.length), grouped(rows.length))}{' '}
          <Button variant="link" isInline isDisabled={page === last} onClick={() => setPage(page + 1)}>
            {words.next}
          </Button>
        </p>
      )}
    </>
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

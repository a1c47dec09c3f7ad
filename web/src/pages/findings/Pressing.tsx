// How pressing the open findings of an advisory or an asset are: the lane, the clock that runs out first, and all lanes with
// their counts. Ranking speaks of now: as of a moment in the past nothing is told, which is shown as not known.

import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Pressing } from '../../api/types';
import { messages } from '../../messages';
import { grouped } from '../../parts/ListBody';
import { Unknown } from '../../parts/MarkText';
import { both } from '../../text/filter';
import { laneWords } from '../../words/findings';
import { ClockState, clockWord, Lane } from './lane';

const words = messages.findings;

/** The most pressing lane, leading to the findings in it. */
export function LaneCell({ row, of, name }: { row: Pressing; of: string; name: string }) {
  if (!row.lanes) {
    return <Unknown />;
  }
  if (!row.lane) {
    return <span className="hp-muted">{words.nothingOpen}</span>;
  }
  return (
    <Link
      to="/findings"
      search={{ tab: 'all', filter: both(of, `lane:${row.lane}`) }}
      aria-label={`${laneWords[row.lane] ?? row.lane}, ${name}`}
    >
      <Lane lane={row.lane} />
    </Link>
  );
}

/** The clock that runs out first. */
export function ClockCell({ row }: { row: Pressing }) {
  const first = row.earliest_clock;
  if (!row.lanes) {
    return <Unknown />;
  }
  if (!first) {
    return <span className="hp-muted">{words.nothingOpen}</span>;
  }
  return (
    <span title={words.clockOf(clockWord(first.clock), first.due)}>
      <ClockState state={first.state} />
    </span>
  );
}

/** All lanes with their counts, each leading to its findings; `silent` is said instead where there is none. */
export function LaneLine({ row, of, silent }: { row: Pressing; of: string; silent?: ReactNode }) {
  if (!row.lanes) {
    return null;
  }
  if (row.lanes.length === 0) {
    return <p className="hp-lane-line hp-muted">{silent ?? words.noneOpen}</p>;
  }
  const first = row.earliest_clock;
  return (
    <p className="hp-lane-line">
      <span className="hp-muted">{words.openFindings}</span>
      {row.lanes.map((one) => (
        <Link key={one.lane} to="/findings" search={{ tab: 'all', filter: both(of, `lane:${one.lane}`) }}>
          <Lane lane={one.lane} /> <span className="hp-number">{grouped(one.findings)}</span>
          {one.unknown > 0 && (
            <span className="hp-tone-unsure"> {words.ofThemUnknown(grouped(one.unknown))}</span>
          )}
          {one.late > 0 && <span className="hp-tone-act"> {words.ofThemLate(grouped(one.late))}</span>}
        </Link>
      ))}
      {first && (
        <span>
          {words.clockOf(clockWord(first.clock), first.due)} <ClockState state={first.state} />
        </span>
      )}
    </p>
  );
}

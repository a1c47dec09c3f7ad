// The lanes of a calendar. Shape tells what a block is: a freeze is hatched, what a freeze took off a window too; the
// filled part of a window is how much of it is booked; a tick is a planned step.

import { Link } from '@tanstack/react-router';
import type { CalendarShown, Occurrence, PlannedStep, WorkWindow } from '../../api/types';
import { messages } from '../../messages';
import { useShownZone } from '../../shown';
import { addDays, minute, startOfDay } from '../../text/time';

const words = messages.calendar;

interface Range {
  readonly begin: Date;
  readonly end: Date;
}

/** Where a moment lies in the range, in percent, held to its ends. */
function place(at: string | Date, { begin, end }: Range): number {
  const moment = typeof at === 'string' ? Date.parse(at) : at.getTime();
  const share = (moment - begin.getTime()) / (end.getTime() - begin.getTime());
  return Math.min(100, Math.max(0, share * 100));
}

function stretch(from: string, to: string, range: Range) {
  const left = place(from, range);
  return { left: `${left}%`, width: `${Math.max(0.25, place(to, range) - left)}%` };
}

export function Lanes({
  calendar,
  first,
  days,
  begin,
  end,
}: {
  calendar: CalendarShown;
  /** The first day, as `2026-11-20`. */
  first: string;
  days: number;
  begin: Date;
  end: Date;
}) {
  const { now } = useShownZone();
  const range = { begin, end };
  const ticks = Array.from({ length: days }, (_, index) => addDays(first, index));
  const nowAt = now >= begin && now < end ? place(now, range) : undefined;
  const ordered = [...calendar.windows].sort((one, other) => order(one) - order(other));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <section className="hp-scroll hp-lanes" tabIndex={0} aria-label={words.lanes(calendar.windows.length)}>
      <div className="hp-lane hp-lane-head" aria-hidden="true">
        <div className="hp-lane-name" />
        <div className="hp-lane-track">
          {ticks.map((tick, index) => (
            <Tick
              key={tick}
              date={tick}
              range={range}
              text={days <= 7 || index % 7 === 0 || tick.endsWith('-01')}
            />
          ))}
        </div>
      </div>
      <ul className="hp-lane-list">
        {ordered.map((window) => (
          <li key={window.id} className="hp-lane">
            <div className="hp-lane-name">
              <Link to="/windows/$id" params={{ id: window.id }}>
                {window.name}
              </Link>
              <span className="hp-muted hp-small">
                {words.kinds[window.kind] ?? window.kind}, {window.reach_name ?? words.everywhere}
              </span>
            </div>
            <div className="hp-lane-track">
              {ticks.map((tick) => (
                <Tick key={tick} date={tick} range={range} text={false} />
              ))}
              {nowAt !== undefined && <span className="hp-lane-now" style={{ left: `${nowAt}%` }} />}
              {calendar.occurrences
                .filter((one) => one.window_id === window.id)
                .map((one) => (
                  <Block key={one.from} one={one} window={window} range={range} />
                ))}
              {calendar.steps
                .filter((step) => step.window_id === window.id)
                .map((step) => (
                  <StepMark key={`${step.plan_id} ${step.number}`} step={step} range={range} />
                ))}
            </div>
          </li>
        ))}
      </ul>
      <Legend />
    </section>
  );
}

/** Freezes first, then what stands still longest. */
function order(window: WorkWindow): number {
  return ['freeze', 'turnaround', 'outage', 'maintenance'].indexOf(window.kind);
}

function Tick({ date, range, text }: { date: string; range: Range; text: boolean }) {
  const { shown } = useShownZone();
  const at = startOfDay(date, shown);
  const weekday = new Date(`${date}T12:00:00Z`).getUTCDay();
  const rest = weekday === 0 || weekday === 6;
  const next = startOfDay(addDays(date, 1), shown);
  return (
    <span
      className={rest ? 'hp-lane-day hp-lane-rest' : 'hp-lane-day'}
      style={stretch(at.toISOString(), next.toISOString(), range)}
    >
      {text && <span>{date.slice(5)}</span>}
    </span>
  );
}

function Block({ one, window, range }: { one: Occurrence; window: WorkWindow; range: Range }) {
  const { shown } = useShownZone();
  const when = `${minute(one.from, shown)} – ${minute(one.to, shown)}`;
  const freeze = window.kind === 'freeze';
  const parts = [
    `${window.name}: ${when}`,
    one.steps > 0 || one.room_minutes
      ? words.booked(String(one.booked_minutes), one.room_minutes ? String(one.room_minutes) : undefined)
      : '',
    one.last_safe_start ? `${words.columns.last} ${minute(one.last_safe_start, shown)}` : '',
    one.cut_by.length > 0 ? `${words.columns.cut} ${one.cut_by.join(', ')}` : '',
    one.clock ? (words.clockChange[one.clock] ?? one.clock) : '',
  ].filter(Boolean);
  const share = one.room_minutes ? Math.min(100, (one.booked_minutes / one.room_minutes) * 100) : 0;
  return (
    <>
      <Link
        to="/windows/$id"
        params={{ id: window.id }}
        className={freeze ? 'hp-block hp-block-freeze' : `hp-block hp-block-${window.kind}`}
        style={stretch(one.from, one.to, range)}
        title={parts.join('; ')}
        aria-label={parts.join('; ')}
      >
        {share > 0 && <span className="hp-block-fill" style={{ height: `${share}%` }} />}
      </Link>
      {!freeze && one.cut_by.length > 0 && <Frozen one={one} range={range} />}
    </>
  );
}

/** What freezes took off a window: the time between its open parts. */
function Frozen({ one, range }: { one: Occurrence; range: Range }) {
  const edges = [one.from, ...one.open.flatMap((part) => [part.from, part.to]), one.to];
  const gaps: [string, string][] = [];
  for (let index = 0; index + 1 < edges.length; index += 2) {
    const [from, to] = [edges[index], edges[index + 1]];
    if (from && to && from < to) {
      gaps.push([from, to]);
    }
  }
  return gaps.map(([from, to]) => (
    <span key={from} className="hp-block-frozen" style={stretch(from, to, range)} />
  ));
}

function StepMark({ step, range }: { step: PlannedStep; range: Range }) {
  const { shown } = useShownZone();
  const text = `${step.patch} – ${step.asset}: ${minute(step.start, shown)}, ${words.columns.last} ${minute(step.last_safe_start, shown)} (${step.plan})`;
  return (
    <span
      className={step.plan_state === 'released' ? 'hp-step hp-step-released' : 'hp-step'}
      style={stretch(step.start, step.free_at, range)}
      title={text}
    />
  );
}

function Legend() {
  return (
    <p className="hp-lane-legend hp-small hp-muted">
      <strong>{words.legend}</strong>
      {(['maintenance', 'outage', 'freeze'] as const).map((kind) => (
        <span key={kind}>
          <span className={`hp-legend-block hp-block-${kind}`} aria-hidden="true" /> {words.kinds[kind]}
        </span>
      ))}
      <span>
        <span className="hp-legend-block hp-legend-step" aria-hidden="true" /> {words.planned}
      </span>
    </p>
  );
}

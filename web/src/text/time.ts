// Moments and ages as people read them. A moment is shown in the plant's zone or in UTC, and always says which;
// the browser's own zone is never used.

/** The zone in which moments are shown. */
export interface ShownZone {
  /** IANA name. */
  readonly zone: string;
}

export const UTC: ShownZone = { zone: 'UTC' };

function parts(at: Date, zone: string): Record<string, string> {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'short',
  });
  return Object.fromEntries(format.formatToParts(at).map((part) => [part.type, part.value]));
}

/** `2026-11-20 14:32`, in that zone. */
export function minute(at: string | Date, shown: ShownZone): string {
  const date = typeof at === 'string' ? new Date(at) : at;
  if (Number.isNaN(date.getTime())) {
    return String(at);
  }
  const p = parts(date, shown.zone);
  return `${p.year}-${p.month}-${p.day} ${p.hour}:${p.minute}`;
}

/** `2026-11-20`, in that zone. */
export function day(at: string | Date, shown: ShownZone): string {
  return minute(at, shown).slice(0, 10);
}

/** `14:32`, in that zone. */
export function clock(at: Date, shown: ShownZone): string {
  return minute(at, shown).slice(11);
}

/** `CET`, `GMT+1` or `UTC`: the zone's own short name at that moment. */
export function zoneName(at: Date, shown: ShownZone): string {
  return parts(at, shown.zone).timeZoneName ?? shown.zone;
}

/** `2026-11-20 13:32:07 UTC`: the whole moment, for those who need it exactly. */
export function whole(at: string): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) {
    return at;
  }
  return `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;

/** `3 d`, `5 h`, `12 min`, `now`: how long ago, in the largest unit that fits, rounded down. */
export function age(seconds: number): string {
  if (seconds < MINUTE) {
    return 'now';
  }
  if (seconds < HOUR) {
    return `${Math.floor(seconds / MINUTE)} min`;
  }
  if (seconds < 2 * DAY) {
    return `${Math.floor(seconds / HOUR)} h`;
  }
  if (seconds < 2 * YEAR) {
    return `${Math.floor(seconds / DAY)} d`;
  }
  return `${Math.floor(seconds / YEAR)} y`;
}

/** Whole seconds between two moments, never negative. */
export function secondsBetween(earlier: string, later: Date): number {
  return Math.max(0, Math.floor((later.getTime() - new Date(earlier).getTime()) / 1000));
}

/** The moment at which a day, as `2026-11-20`, begins in a zone; after the gap where the clock skips midnight. */
export function startOfDay(date: string, shown: ShownZone): Date {
  const wanted = Date.parse(`${date}T00:00:00Z`);
  let at = wanted;
  // Twice: the offset of the first guess may be that of the day before a change of the clock.
  for (let turn = 0; turn < 2; turn += 1) {
    const shownAt = Date.parse(`${minute(new Date(at), shown).replace(' ', 'T')}:00Z`);
    at += wanted - shownAt;
  }
  return new Date(at);
}

/** A day so many days after another, as `2026-11-20`. */
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

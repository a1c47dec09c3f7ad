// A word of a vocabulary with its symbol; a value or the sign that nobody has said; a moment in the shown zone.

import { messages } from '../messages';
import { useShownZone } from '../shown';
import { age, day, minute, secondsBetween, whole } from '../text/time';
import type { Mark } from '../text/words';

export function MarkText({ mark }: { mark: Mark }) {
  return (
    <span className={`hp-mark hp-tone-${mark.tone}`}>
      <span className={mark.dashed ? 'hp-symbol hp-dashed' : 'hp-symbol'} aria-hidden="true">
        {mark.symbol}
      </span>
      {mark.word}
    </span>
  );
}

/** `?`: nobody has said. */
export function Unknown() {
  return (
    <span className="hp-tone-unsure" title={messages.unknown.title}>
      <span aria-hidden="true">{messages.unknown.symbol}</span>
      <span className="hp-hidden">{messages.unknown.title}</span>
    </span>
  );
}

/** `—`: does not apply. */
export function NotApplicable() {
  return (
    <span className="hp-muted" title={messages.none.title}>
      <span aria-hidden="true">{messages.none.symbol}</span>
      <span className="hp-hidden">{messages.none.title}</span>
    </span>
  );
}

/** The value, or `?`. */
export function Said({ value, mono }: { value: string | number | null | undefined; mono?: boolean }) {
  if (value === null || value === undefined || value === '') {
    return <Unknown />;
  }
  return mono ? <span className="hp-mono">{value}</span> : value;
}

/** A moment in the zone that the frame shows; the whole moment in UTC on hover. */
export function When({ at, dayOnly }: { at: string | null | undefined; dayOnly?: boolean }) {
  const { shown } = useShownZone();
  if (!at) {
    return <Unknown />;
  }
  return (
    <time dateTime={at} title={whole(at)} className="hp-number">
      {dayOnly ? day(at, shown) : minute(at, shown)}
    </time>
  );
}

/** How old something is, with the moment itself on hover. */
export function Age({ at }: { at: string | null | undefined }) {
  const { now } = useShownZone();
  if (!at) {
    return <Unknown />;
  }
  return (
    <time dateTime={at} title={whole(at)} className="hp-number">
      {age(secondsBetween(at, now))}
    </time>
  );
}

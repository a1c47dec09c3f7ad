// How work is done, in words, and as it is sent.

import type { WorkProfile } from '../../../api/types';
import { typed } from '../../../text/lengths';
import { ground } from '../../../words/planning';

const words = ground.work;

/** The way back in one clause; a word that nobody knows stands as it came. */
export function wayWords(profile: WorkProfile): string {
  const by = profile.way_back_by ?? '';
  switch (profile.way_back) {
    case null:
    case undefined:
      return words.wayUnsaid;
    case 'automatic':
      return words.wayWords.automatic(by);
    case 'by-hand':
      return words.wayWords['by-hand'](by);
    case 'none':
      return words.wayWords.none(by, profile.signed_by ?? '?');
    default:
      return `${profile.way_back}: ${by}`;
  }
}

/** What people and the process are asked before the work. */
export function asksOf(profile: WorkProfile): string[] {
  const asks: string[] = [];
  if (profile.message) {
    asks.push(words.told(profile.message));
    const times = profile.postpone_at_most ?? 0;
    if (times > 0) {
      asks.push(words.puts(times, profile.postpone_minutes ?? 0));
    }
    if (profile.confirm) {
      asks.push(words.confirms);
    }
  }
  if (profile.permit) {
    asks.push(words.permits);
  }
  return asks;
}

export interface ProfileForm {
  readonly patch: string;
  readonly kind: string;
  readonly work: string;
  readonly undo: string;
  readonly people: string;
  readonly way: string;
  readonly by: string;
  readonly message: string;
  readonly times: string;
  readonly minutes: string;
  readonly confirm: boolean;
  readonly permit: boolean;
}

/** A form with what stands there; an empty one for a new line. */
export function formOf(profile: WorkProfile | undefined): ProfileForm {
  return {
    patch: profile?.patch ?? '',
    kind: profile?.kind ?? '',
    work: profile ? String(profile.work_minutes) : '',
    undo: profile ? String(profile.undo_minutes) : '',
    people: profile ? String(profile.people) : '1',
    way: profile?.way_back ?? '',
    by: profile?.way_back_by ?? '',
    message: profile?.message ?? '',
    times: String(profile?.postpone_at_most ?? 0),
    minutes: String(profile?.postpone_minutes ?? 0),
    confirm: profile?.confirm ?? false,
    permit: profile?.permit ?? false,
  };
}

/** What is sent; nothing while a number is missing or a way back is not described. */
export function profileOf(form: ProfileForm): WorkProfile | undefined {
  const [work, undo, people, times, minutes] = [
    form.work,
    form.undo,
    form.people,
    form.times,
    form.minutes,
  ].map(typed);
  if (work === undefined || undo === undefined || people === undefined) {
    return undefined;
  }
  const isTold = form.message.trim() !== '';
  if (
    (isTold && (times === undefined || minutes === undefined)) ||
    (form.way !== '' && form.by.trim() === '')
  ) {
    return undefined;
  }
  return {
    patch: form.patch.trim() || null,
    kind: form.kind || null,
    work_minutes: work,
    undo_minutes: undo,
    people,
    way_back: form.way || null,
    way_back_by: form.way === '' ? null : form.by.trim(),
    // Whoever sends it signs; no name is written for another.
    signed_by: null,
    message: isTold ? form.message.trim() : null,
    postpone_at_most: isTold ? (times ?? 0) : 0,
    postpone_minutes: isTold ? (minutes ?? 0) : 0,
    confirm: isTold && form.confirm,
    permit: form.permit,
  };
}

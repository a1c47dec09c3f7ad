import { expect, test } from 'vitest';
import { asksOf, formOf, profileOf, wayWords } from './profiles';

const PROFILE = {
  patch: null,
  kind: 'plc',
  work_minutes: 45,
  undo_minutes: 20,
  people: 2,
  way_back: 'by-hand',
  way_back_by: 'WI-12',
  signed_by: null,
  message: 'the line stops',
  postpone_at_most: 2,
  postpone_minutes: 15,
  confirm: true,
  permit: true,
};

test('a line goes through its form and comes back as it was', () => {
  expect(profileOf(formOf(PROFILE))).toEqual(PROFILE);
});

test('that nobody has said a way back is not “none”', () => {
  const unsaid = { ...PROFILE, way_back: null, way_back_by: null };
  expect(wayWords(unsaid)).toBe('nobody has said: work waits');
  expect(profileOf(formOf(unsaid))).toMatchObject({ way_back: null, way_back_by: null });
  const none = { ...PROFILE, way_back: 'none', way_back_by: 'no image exists', signed_by: 'h.vik' };
  expect(wayWords(none)).toBe('none, signed by h.vik: no image exists');
});

test('a way back without its description, and half a number, are not sent', () => {
  expect(profileOf({ ...formOf(PROFILE), by: ' ' })).toBeUndefined();
  expect(profileOf({ ...formOf(PROFILE), work: '' })).toBeUndefined();
  expect(profileOf({ ...formOf(PROFILE), minutes: 'ten' })).toBeUndefined();
  expect(profileOf(formOf(undefined))).toBeUndefined();
});

test('nobody signs for another, and who is told nothing is asked nothing', () => {
  const form = formOf({ ...PROFILE, way_back: 'none', signed_by: 'h.vik' });
  expect(profileOf(form)?.signed_by).toBeNull();
  const silent = profileOf({ ...form, message: '' });
  expect(silent).toMatchObject({ message: null, postpone_at_most: 0, confirm: false, permit: true });
  expect(asksOf(PROFILE)).toEqual([
    'told “the line stops”',
    'may put it off 2 times, by 15 min each',
    'somebody there says yes',
    'the process permits each step',
  ]);
  expect(asksOf({ ...PROFILE, message: null, permit: false })).toEqual([]);
});

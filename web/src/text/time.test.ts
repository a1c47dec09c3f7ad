import { expect, test } from 'vitest';
import { age, clock, day, minute, secondsBetween, UTC, whole, zoneName } from './time';

const BERLIN = { zone: 'Europe/Berlin' };

test('ages use the largest unit that fits and never round up', () => {
  expect(age(0)).toBe('now');
  expect(age(59)).toBe('now');
  expect(age(60)).toBe('1 min');
  expect(age(3599)).toBe('59 min');
  expect(age(3600)).toBe('1 h');
  expect(age(47 * 3600)).toBe('47 h');
  expect(age(48 * 3600)).toBe('2 d');
  expect(age(729 * 86400)).toBe('729 d');
  expect(age(730 * 86400)).toBe('2 y');
});

test('moments are shown in the zone of the plant, not of the browser', () => {
  expect(minute('2026-11-20T13:32:07Z', BERLIN)).toBe('2026-11-20 14:32');
  expect(minute('2026-11-20T13:32:07Z', UTC)).toBe('2026-11-20 13:32');
  expect(day('2026-11-20T23:30:00Z', BERLIN)).toBe('2026-11-21');
  expect(clock(new Date('2026-11-20T00:05:00Z'), UTC)).toBe('00:05');
});

test('summer time is the zone’s own', () => {
  expect(minute('2026-07-01T12:00:00Z', BERLIN)).toBe('2026-07-01 14:00');
  expect(minute('2026-12-01T12:00:00Z', BERLIN)).toBe('2026-12-01 13:00');
  expect(zoneName(new Date('2026-07-01T12:00:00Z'), UTC)).toBe('UTC');
});

test('the whole moment is in UTC and says so', () => {
  expect(whole('2026-11-20T13:32:07.123456Z')).toBe('2026-11-20 13:32:07 UTC');
});

test('what is no moment is shown as it came', () => {
  expect(minute('soon', UTC)).toBe('soon');
  expect(whole('soon')).toBe('soon');
});

test('a clock that is behind makes no negative ages', () => {
  expect(secondsBetween('2026-11-20T12:00:00Z', new Date('2026-11-20T11:59:00Z'))).toBe(0);
  expect(secondsBetween('2026-11-20T12:00:00Z', new Date('2026-11-20T12:01:30Z'))).toBe(90);
});

import { expect, test } from 'vitest';
import { length, typed } from './lengths';

test('a length stands in its largest whole unit', () => {
  expect([0, 1, 59, 60, 90, 120, 1440, 10_080, 1500].map(length)).toEqual([
    '0 min',
    '1 min',
    '59 min',
    '1 h',
    '90 min',
    '2 h',
    '1 d',
    '7 d',
    '25 h',
  ]);
});

test('what is no whole number is nothing, and never 0', () => {
  expect([' 12 ', '0', '007'].map(typed)).toEqual([12, 0, 7]);
  for (const text of ['', '  ', '-1', '1.5', '1e3', 'two', '1 2', '12345678901']) {
    expect(typed(text)).toBeUndefined();
  }
});

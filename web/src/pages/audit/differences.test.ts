import { expect, test } from 'vitest';
import { differences, valueText } from './differences';

test('whole objects are compared field by field', () => {
  const details = { before: { owner: 'A', zone: 'Z1' }, after: { owner: 'B', zone: 'Z1', name: 'x' } };
  expect(differences(details)).toEqual([
    { field: 'owner', before: 'A', after: 'B' },
    { field: 'name', before: undefined, after: 'x' },
  ]);
});

test('fields with their own pairs are found, in lists too', () => {
  expect(differences({ owner: { before: null, after: 'B' }, rows: 7 })).toEqual([
    { field: 'owner', before: null, after: 'B' },
  ]);
  expect(differences({ changes: [{ field: 'zone', before: 'Z1', after: 'Z2' }, 'other'] })).toEqual([
    { field: 'zone', before: 'Z1', after: 'Z2' },
  ]);
});

test('details of another shape have no differences', () => {
  for (const details of [null, 'x', 7, [], {}, { rows: 3 }]) {
    expect(differences(details)).toEqual([]);
  }
});

test('nothing and empty are both unknown', () => {
  expect([null, undefined, ''].map(valueText)).toEqual([undefined, undefined, undefined]);
  expect(valueText(0)).toBe('0');
  expect(valueText({ a: 1 })).toBe('{"a":1}');
});

import { expect, test } from 'vitest';
import { nextSort, parseSearch, safeNext, sortState, stringifySearch, viewOf } from './url';

test('a view goes into an address and comes back', () => {
  const view = {
    site: 'Nordhafen',
    filter: 'zone:"Line 2" -kind:plc score>=9&x=1',
    sort: '-updated',
    open: '7',
  };
  expect(viewOf(parseSearch(stringifySearch(view)))).toEqual(view);
});

test('addresses stay readable', () => {
  expect(stringifySearch({ filter: 'zone:Z2,Z3 pump', site: '' })).toBe('?filter=zone:Z2,Z3+pump');
  expect(stringifySearch({ filter: undefined })).toBe('');
});

test('what an address may not ask for is left out', () => {
  expect(viewOf({ filter: 7, sort: '', evil: 'x', open: 'a'.repeat(5000) })).toEqual({});
});

test('after signing in nobody is sent to another site', () => {
  expect(safeNext('/assets?filter=x')).toBe('/assets?filter=x');
  for (const next of [
    undefined,
    '//evil.example',
    'https://evil.example',
    '/\\evil.example',
    'assets',
    '/sign-in',
  ]) {
    expect(safeNext(next)).toBe('/');
  }
});

test('a column goes from one order to the other and back to none', () => {
  expect(nextSort(undefined, 'tag', false)).toBe('tag');
  expect(nextSort('tag', 'tag', false)).toBe('-tag');
  expect(nextSort('-tag', 'tag', false)).toBeUndefined();
  expect(nextSort(undefined, 'score', true)).toBe('-score');
  expect(nextSort('-score', 'score', true)).toBe('score');
  expect(nextSort('tag', 'score', true)).toBe('-score');
  expect(sortState('-tag', 'tag')).toBe('descending');
  expect(sortState('tag', 'tag')).toBe('ascending');
  expect(sortState('tag', 'name')).toBe('none');
});

import { expect, test } from 'vitest';
import { both, exact, fieldOf, quoted, term, terms, withField, withoutTerm } from './filter';

test('plain values stand as they are, all others in quotes', () => {
  expect(quoted('Z2')).toBe('Z2');
  expect(quoted('V2.9.4')).toBe('V2.9.4');
  expect(quoted('Line 2')).toBe('"Line 2"');
  expect(quoted('')).toBe('""');
  expect(quoted('a,b')).toBe('"a,b"');
  expect(quoted('-x')).toBe('"-x"');
  expect(quoted('say "hi" \\ bye')).toBe('"say \\"hi\\" \\\\ bye"');
});

test('what is quoted is one term again', () => {
  for (const value of ['a b', 'say "hi"', 'back\\slash', 'a:b>=c', ' ', '"', '\\"']) {
    expect(terms(`zone:${quoted(value)} next`)).toEqual([`zone:${quoted(value)}`, 'next']);
  }
});

test('a missing value asks for what is empty', () => {
  expect(term('zone', null)).toBe('zone:""');
  expect(exact('zone', undefined)).toBe('zone:""');
  expect(exact('zone', 'Line 2')).toBe('zone="Line 2"');
});

test('terms are cut at blanks outside of quotes only', () => {
  expect(terms('  zone:"Line 2"   -kind:plc pump ')).toEqual(['zone:"Line 2"', '-kind:plc', 'pump']);
  expect(terms('')).toEqual([]);
  expect(terms('zone:"never closed')).toEqual(['zone:"never closed']);
});

test('the field of a term is found whatever the operator', () => {
  expect(fieldOf('zone:Z2')).toBe('zone');
  expect(fieldOf('-kind:plc')).toBe('kind');
  expect(fieldOf('score>=9')).toBe('score');
  expect(fieldOf('os_version!=10')).toBe('os_version');
  expect(fieldOf('pump')).toBeUndefined();
});

test('terms are replaced and taken out', () => {
  expect(withField('outcome:decided vendor:x', 'outcome', 'outcome:conditional')).toBe(
    'vendor:x outcome:conditional',
  );
  expect(withField('outcome:decided', 'outcome', undefined)).toBe('');
  expect(withoutTerm('a "b c" d', 1)).toBe('a d');
  expect(both('', undefined, ' a ', 'b')).toBe('a b');
});

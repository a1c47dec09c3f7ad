import { expect, test } from 'vitest';
import { ProblemError } from '../api/problem';
import { jsonOf } from './json';

test('a file that is no JSON is a problem in words, which changed nothing', () => {
  const words = { title: 'No JSON', detail: 'bring another' };
  expect(jsonOf('{"a": [1]}', words)).toEqual({ a: [1] });
  for (const text of ['', '{', '<record/>', 'title;state']) {
    expect(() => jsonOf(text, words)).toThrow(ProblemError);
    expect(() => jsonOf(text, words)).toThrow('No JSON: bring another');
  }
});

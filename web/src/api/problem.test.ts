import { expect, test } from 'vitest';
import { asProblem, changedWords, ProblemError, problemFrom } from './problem';

test('a problem of the API keeps its words', () => {
  const problem = problemFrom(400, {
    title: 'Request not understood',
    detail: 'the filter cannot be used',
    code: 'invalid',
    errors: [{ pointer: '?filter', code: 'filter', detail: 'unknown field `zon` at 1' }],
    changed: false,
    request_id: '019',
  });
  expect(problem).toMatchObject({ status: 400, code: 'invalid', changed: false, reference: '019' });
  expect(problem.items).toEqual([{ pointer: '?filter', code: 'filter', detail: 'unknown field `zon` at 1' }]);
});

test('an answer that is no problem of ours is told all the same', () => {
  for (const body of [undefined, null, 'Bad gateway', [], { errors: 'x', title: 3 }, { errors: [null] }]) {
    const problem = problemFrom(502, body);
    expect(problem.title).toBe('The server answered 502');
    expect(problem.detail).not.toBe('');
  }
});

test('no answer is told apart from a refusal and from a fault of the page', () => {
  expect(asProblem(new TypeError('Failed to fetch')).code).toBe('no-answer');
  expect(asProblem(new Error('x')).code).toBe('page');
  const own = new ProblemError({ status: 403, code: 'not-allowed', title: 't', detail: 'd' });
  expect(asProblem(own)).toBe(own);
});

test('after a write people are told whether something was changed', () => {
  const refused = problemFrom(422, { changed: false });
  const timeout = problemFrom(503, {});
  expect(changedWords(refused, true)).toBe('Nothing was changed.');
  expect(changedWords(timeout, true)).toMatch(/not known/);
  expect(changedWords(refused, false)).toBeUndefined();
});

import { expect, test } from 'vitest';
import { decisionMark, ownerMark } from './decisions';
import { lines } from './lines';
import { stepsOf, stepText } from './steps';

test('steps are read line by line, and half a step is none', () => {
  const steps = [
    { action: 'install', expected: 'it records' },
    { action: 'restart', expected: 'a | b' },
  ];
  expect(stepsOf('install | it records\n\n restart|a | b ')).toEqual(steps);
  expect(stepsOf(stepText(steps))).toEqual(steps);
  expect(stepsOf('install | it records\nrestart')).toBeUndefined();
  expect(stepsOf('  ')).toBeUndefined();
});

test('lines are trimmed, and each counts once', () => {
  expect(lines(' KB1 \n\nKB2\r\nKB1')).toEqual(['KB1', 'KB2']);
});

test('that nobody has decided is not a no', () => {
  expect(ownerMark(null).tone).toBe('unsure');
  expect(ownerMark('something new')).toMatchObject({ symbol: '?', word: 'something new' });
  expect(decisionMark('waiting').tone).toBe('running');
});

import { expect, test } from 'vitest';
import { lackMark } from './lacking';

test('whoever lacks a patch, whoever has one, and whoever cannot be told look different', () => {
  expect(['yes', 'unknown', 'no'].map((one) => lackMark(one).symbol)).toEqual(['▲', '?', '✓']);
  expect(lackMark('unknown')).toMatchObject({ word: 'Nobody can say', tone: 'unsure' });
  expect(lackMark('something new')).toMatchObject({ symbol: '?', word: 'something new', tone: 'unsure' });
});

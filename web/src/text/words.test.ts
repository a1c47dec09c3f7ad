import { expect, test } from 'vitest';
import {
  checkMark,
  confidenceMark,
  isSilent,
  type Mark,
  outcomeMark,
  patchMark,
  resultMark,
  signatureMark,
  spoken,
  standingMark,
  statusMark,
  verdictMark,
} from './words';

test('an unknown never looks like a no', () => {
  const unknown = verdictMark('unknown');
  const no = verdictMark('no');
  expect(unknown).toMatchObject({ symbol: '?', word: 'To check', tone: 'unsure' });
  expect(no).toMatchObject({ symbol: '—', word: 'Not affected', tone: 'muted' });
});

test('the words for how sure a match is', () => {
  const word = (confidence: string) => confidenceMark('yes', confidence).word;
  expect(['confirmed', 'likely', 'possible', 'version_unknown'].map(word)).toEqual([
    'Confirmed',
    'Likely',
    'Possible',
    'Version unknown',
  ]);
  expect(confidenceMark('unknown', 'version_unknown').dashed).toBe(true);
  expect(confidenceMark('unknown', 'confirmed')).toMatchObject({ symbol: '?', word: 'Product confirmed' });
  expect(confidenceMark('no', 'confirmed').word).toBe('Not affected');
});

test('a word that nobody knows is shown as it came, as uncertain', () => {
  const marks = [
    verdictMark,
    resultMark,
    outcomeMark,
    checkMark,
    signatureMark,
    standingMark,
    statusMark,
    patchMark,
  ];
  for (const mark of marks) {
    expect(mark('brand_new')).toMatchObject({ symbol: '?', word: 'brand_new', tone: 'unsure' });
  }
  expect(confidenceMark('yes', 'brand_new').tone).toBe('unsure');
});

test('within a vocabulary no two words share both symbol and word', () => {
  const vocabularies: Mark[][] = [
    ['yes', 'no', 'unknown'].map(verdictMark),
    ['yes', 'no', 'unknown'].map(resultMark),
    ['decided', 'conditional', 'not_understood'].map(outcomeMark),
    ['new', 'none', 'failed'].map(checkMark),
    ['verified', 'absent', 'not_checked'].map(signatureMark),
    ['first', 'changed', 'silent', 'restored'].map(standingMark),
    ['not_remediated', 'in_progress', 'done'].map(statusMark),
    ['installed', 'covered', 'missing', 'unknown'].map(patchMark),
  ];
  for (const marks of vocabularies) {
    expect(new Set(marks.map((mark) => mark.word)).size).toBe(marks.length);
    expect(new Set(marks.map((mark) => mark.symbol)).size).toBe(marks.length);
  }
});

test('a silent change is what the API calls so, and nothing else', () => {
  expect(['first', 'changed', 'silent', 'restored'].filter(isSilent)).toEqual(['silent']);
});

test('words of the API are spoken without underscores', () => {
  expect(spoken('firmware_version')).toBe('firmware version');
  expect(spoken('plc')).toBe('PLC');
  expect(spoken('vendor_fix')).toBe('Fix by the vendor');
});

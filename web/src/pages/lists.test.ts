import { expect, test } from 'vitest';
import { command, request, shellQuoted } from '../parts/copyText';
import { size } from '../parts/fileSize';
import { keyed } from '../parts/keyed';
import { worstConsequence } from './assets/criticality';
import { totalsOf } from './impact/totals';
import { targetWord } from './import/targets';

test('a list can be asked for on the command line and as a request', () => {
  const asked = { filter: 'zone:"Line 2" it\'s', sort: '-seen', as_of: undefined };
  expect(command('asset list', asked)).toBe(
    `holdpoint asset list --filter 'zone:"Line 2" it'\\''s' --sort -seen`,
  );
  expect(request('/api/v1/assets', { filter: 'a b', sort: undefined })).toBe('/api/v1/assets?filter=a+b');
  expect(request('/api/v1/assets', {})).toBe('/api/v1/assets');
  expect(shellQuoted('$(rm -rf x)')).toBe("'$(rm -rf x)'");
});

test('the totals of a scope are the sums of its zones, and unknown stays apart', () => {
  const zone = (site: string | null, yes: number, unknown: number, no: number) => ({
    site,
    yes,
    unknown,
    no,
  });
  const impact = {
    totals: { yes: 6, unknown: 3, no: 9 },
    zones: [zone('A', 1, 2, 3), zone('A', 2, 0, 1), zone('B', 3, 1, 5), zone(null, 0, 0, 0)],
  };
  expect(totalsOf(impact, undefined)).toEqual({ yes: 6, unknown: 3, no: 9 });
  expect(totalsOf(impact, 'A')).toEqual({ yes: 3, unknown: 2, no: 4 });
  expect(totalsOf(impact, 'C')).toEqual({ yes: 0, unknown: 0, no: 0 });
});

test('the worst consequence wins, and silence stays silence', () => {
  const said = { safety: 'minor', environment: 'none', quality: 'none', data: 'none' };
  expect(worstConsequence({ ...said, production: 'major' })).toBe('major, production');
  expect(worstConsequence({ ...said, production: null })).toBe('minor, safety + ?');
  expect(worstConsequence({ safety: null, data: 'catastrophic' })).toBe('catastrophic, data');
  expect(worstConsequence({ safety: null })).toBeUndefined();
});

test('columns that are not taken are said to be so', () => {
  expect(targetWord(null)).toBe('ignore');
  expect(targetWord('firmware_version')).toBe('field:firmware_version');
  expect(targetWord('field:firmware_version')).toBe('field:firmware_version');
  expect(targetWord('asset_tag')).toBe('asset_tag');
});

test('equal rows get different keys', () => {
  expect(keyed(['a', 'b', 'a'], (one) => one).map(({ key }) => key)).toEqual(['a', 'b', 'a 1']);
});

test('sizes of files are short', () => {
  expect([size(12), size(4_200), size(3_400_000)]).toEqual(['12 bytes', '4 kB', '3.4 MB']);
});

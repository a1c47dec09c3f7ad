// What nobody knows is shown as unknown: never as a no, a nought, or a dash.

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectNoFaults, go, launch, signIn, type Visit, visit } from './visit';

let browser: Browser;
let one: Visit;
beforeAll(async () => {
  browser = await launch();
  one = await visit(browser);
  await signIn(one, 'engineer');
});
afterAll(() => browser?.close());

/** Words that no cell may hold alone: they would say a no, or that the page does not know what it shows. */
const NEVER = ['none', 'safe', 'no', 'null', 'undefined', 'nan', 'not vulnerable', 'ok'];

/** The texts of a list's cells, row by row, each by its column's title. */
async function rows(): Promise<Record<string, string>[]> {
  return one.page.evaluate(() => {
    const text = (cell: Element) => (cell as HTMLElement).innerText.trim();
    const titles = [...document.querySelectorAll('.hp-table thead th')].map((cell) =>
      text(cell)
        .replace(/[▲▼]\s*$/, '')
        .trim(),
    );
    return [...document.querySelectorAll('.hp-table tbody tr')].map((row) =>
      Object.fromEntries([...row.children].map((cell, at) => [titles[at] ?? String(at), text(cell)])),
    );
  });
}

async function answer(path: string): Promise<{ items: Record<string, unknown>[] }> {
  return (await one.context.request.get(`${one.base}/api/v1${path}`)).json();
}

test.each([
  'findings?tab=all',
  'patches',
  'qualification',
  'qualification?tab=words',
  'suppliers',
  'assets',
  'assets/unmatched',
  'advisories',
  'vulnerabilities',
  'matches?filter=verdict:unknown',
  'criticality',
  'criticality?tab=zones',
  'policies',
  'policies/approval_rules',
  'policies?tab=cycle',
  'notices',
  'approvals?tab=all',
  'approvals?tab=emergency',
  'deferrals',
  'baselines',
  'tests',
  'plans',
  'calendar?tab=list',
])('no cell of %s says a no alone', async (page) => {
  await go(one, `/${page}`);
  const cells = (await rows()).flatMap((row) => Object.entries(row));
  expect(cells.length).toBeGreaterThan(0);
  expect(cells.filter(([, text]) => NEVER.includes(text.toLowerCase()))).toEqual([]);
  expectNoFaults(one);
});

test('a finding without a score, a certain outcome or a listing says so', async () => {
  const found = await answer('/findings?limit=100');
  await go(one, '/findings?tab=all');
  const shown = await rows();
  let unknown = 0;
  for (const [at, finding] of found.items.entries()) {
    const row = shown[at];
    if (finding.score === null) {
      unknown += 1;
      expect(row?.Score).toContain('?');
    }
    if (finding.lowest !== finding.highest) {
      expect(row?.Outcome).toContain('?');
      expect(row?.Outcome).toContain(' to ');
    }
    if (finding.kev_added === null) {
      expect(row?.Exploited).toBe('no listing known');
    }
    if (finding.verdict === 'unknown') {
      expect(row?.Affected).toContain('To check');
    }
  }
  expect(unknown).toBeGreaterThan(0);
});

test('a patch of which no source says what it fixes shows no nought', async () => {
  await go(one, '/patches');
  const shown = await rows();
  expect(shown.some((row) => row.CVEs?.includes('?'))).toBe(true);
  for (const row of shown) {
    expect(row.CVEs).not.toBe('0');
    expect(row.Products).not.toBe('0');
    expect(row['Vendors say']).not.toBe('0');
  }
});

test('a word that nobody has explained is not understood, and an empty cell is no statement', async () => {
  await go(one, '/qualification');
  const text = await one.page.innerText('.hp-table');
  expect(text).toContain('Not understood “see hotline”');
  expect(text).toContain('no statement');
});

test('an asset of which no advisory speaks shows no nought, and leads to why', async () => {
  const unmatched = (await answer('/assets:unmatched?limit=1000')).items.map((one) => String(one.tag));
  const all = (await answer('/assets?limit=100')).items;
  await go(one, '/assets');
  const shown = await rows();
  let silent = 0;
  for (const [at, asset] of all.entries()) {
    if (unmatched.includes(String(asset.tag))) {
      silent += 1;
      for (const column of ['Affected', 'To check', 'Lane']) {
        expect(shown[at]?.[column], `${column} of ${asset.tag}`).toMatch(/^(\?|[◆▲△▷].*)$/);
      }
    }
  }
  expect(silent).toBeGreaterThan(0);
});

test('what nobody said of a zone is a question mark, and a past moment tells no lane', async () => {
  await go(one, '/criticality?tab=zones');
  const zones = await rows();
  expect(zones.filter((row) => row.People?.startsWith('?')).length).toBeGreaterThan(0);
  for (const row of zones) {
    for (const dimension of ['People', 'Output', 'Surroundings', 'What is made', 'Data']) {
      expect(row[dimension]).not.toMatch(/^(|—|0|nothing)$/);
    }
  }
  const past = new Date(Date.now() - 10 * 86_400_000).toISOString().slice(0, 10);
  await go(one, `/advisories?as_of=${past}`);
  const then = await rows();
  expect(then.length).toBeGreaterThan(0);
  expect(then.every((row) => row.Lane?.includes('?') && row.Clock?.includes('?'))).toBe(true);
});

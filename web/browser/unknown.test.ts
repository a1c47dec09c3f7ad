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
    if (finding.exploited === 'unknown') {
      expect(row?.Exploited).toBe('no listing known');
    } else {
      expect(row?.Exploited).not.toContain('no listing known');
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

/** Answers an address of the API with what the program says, changed; the page is told nothing else. */
async function changed(path: string | RegExp, change: (answer: never) => void): Promise<void> {
  await one.page.route(path, async (route) => {
    const came = await route.fetch();
    const answer = await came.json();
    change(answer as never);
    await route.fulfill({ response: came, json: answer });
  });
}

const REASONS = /\/api\/v1\/assets:unmatched-reasons/;

/** As if so many assets had no name, and all others could be compared. */
function withoutName(assets: number): Promise<void> {
  return changed(REASONS, (reasons: { reason: string; assets: number }[]) => {
    for (const one of reasons) {
      one.assets = one.reason === 'no_name' ? assets : 0;
    }
  });
}

interface Line {
  assets: { yes: number; unknown: number; no: number };
  outcomes: { not_understood: number };
  lane: string | null;
  lanes: unknown[];
  earliest_clock: null;
}

/** The first advisory as one in which nothing is recognised. */
async function firstAdvisoryOfNothing(notUnderstood: number): Promise<void> {
  await changed(/\/api\/v1\/advisories\?/, (answer: { items: Line[] }) => {
    Object.assign(answer.items[0] as Line, {
      assets: { yes: 0, unknown: 0, no: 0 },
      outcomes: { decided: 1, conditional: 0, not_understood: notUnderstood },
      lane: null,
      lanes: [],
      earliest_clock: null,
    });
  });
}

test.each([
  ['everything could be compared', 0, 0, ['0', '0', 'nothing open', 'nothing open']],
  ['an asset has no name', 1, 0, ['?', '?', '?', '?']],
  ['a version text was not understood', 0, 1, ['?', '?', '?', '?']],
])('an advisory in which nothing is recognised, where %s', async (_, nameless, notUnderstood, shown) => {
  await withoutName(nameless);
  await firstAdvisoryOfNothing(notUnderstood);
  await Promise.all([one.page.waitForResponse(REASONS), go(one, '/advisories')]);
  const told = async () => {
    const [first] = await rows();
    return ['Affected', 'To check', 'Lane', 'Clock'].map((column) => first?.[column]);
  };
  await expect.poll(told).toEqual(shown);
  await one.page.unrouteAll();
});

test('a count of what cannot be compared that never comes is no nought', async () => {
  await one.page.route(REASONS, (route) => route.abort());
  await firstAdvisoryOfNothing(0);
  await go(one, '/advisories');
  expect((await rows())[0]?.Affected).toBe('?');
  await one.page.unrouteAll();
});

test('an impact without a row says that nothing is recognised, and leads to what cannot be compared', async () => {
  const [advisory] = (await answer('/advisories?limit=1')).items;
  await withoutName(2);
  await changed(/\/impact(\?|$)/, (impact: Record<string, unknown>) => {
    Object.assign(impact, {
      totals: { yes: 0, unknown: 0, no: 0 },
      zones: [],
      assets: [],
      next: null,
      count: { value: 0, exact: true },
      gaps: { assets_without_version: 0, expressions_not_understood: 0 },
    });
  });
  await go(one, `/advisories/${String(advisory?.id)}`);
  const text = await one.page.innerText('.hp-empty');
  expect(text).toContain('? No asset here is recognised in this advisory');
  expect(text).toContain('2 assets cannot be compared: no name');
  expect(await one.page.locator('.hp-empty a').getAttribute('href')).toContain('tab=no_name');
  await one.page.unrouteAll();
});

test('a vulnerability that touches nothing known shows no nought, and an unknown percentile is left out', async () => {
  await withoutName(1);
  await changed(
    /\/api\/v1\/vulnerabilities\?/,
    (answer: { items: { assets_yes: number; assets_unknown: number }[] }) => {
      Object.assign(answer.items[0] as object, { assets_yes: 0, assets_unknown: 0 });
    },
  );
  await changed(/\/api\/v1\/vulnerabilities\/[^/?]+$/, (one: { threat: object }) => {
    Object.assign(one.threat, { epss: 0.5, epss_percentile: null, epss_day: '2026-11-01' });
  });
  await go(one, '/vulnerabilities');
  const [first] = await rows();
  expect(first?.['Our assets']).toBe('? none recognised');
  await go(one, `/vulnerabilities?open=${first?.Vulnerability}`);
  const text = await one.page.innerText('.hp-drawer');
  expect(text).toContain('50 % within 30 days');
  expect(text).not.toContain('higher than');
  await one.page.unrouteAll();
});

test('the page of an asset of which no advisory speaks says so, and leads to why', async () => {
  const unmatched = (await answer('/assets:unmatched?limit=100')).items;
  const lanes = async (id: unknown) =>
    (await (await one.context.request.get(`${one.base}/api/v1/assets/${id}`)).json()).lanes;
  let found: unknown;
  for (const { id } of unmatched) {
    if ((await lanes(id)).length === 0) {
      found = id;
      break;
    }
  }
  expect(found).toBeDefined();
  const why = `/assets/unmatched?open=${found}`;
  for (const [page, place] of [
    [`/assets/${found}`, '.hp-lane-line'],
    [`/assets/${found}?tab=matches`, '.hp-empty'],
    [`/assets?open=${found}`, '.hp-drawer .hp-muted:has(a)'],
  ] as const) {
    await go(one, page);
    expect(await one.page.locator(place).first().innerText(), page).toMatch(/^\?\s*No advisory speaks of it/);
    expect(await one.page.locator(`${place} a`).first().getAttribute('href'), page).toContain(why);
  }
});

test('a count that could not be read offers no plan of nothing, and says so', async () => {
  const [advisory] = (await answer('/advisories?filter=yes%3E0&limit=1')).items;
  const problem = {
    type: 'about:blank',
    title: 'It failed',
    status: 400,
    detail: 'Try later.',
    code: 'test',
  };
  await one.page.route(/\/api\/v1\/findings\?.*decision/, (route) =>
    route.fulfill({ status: 400, contentType: 'application/problem+json', json: problem }),
  );
  await go(one, `/advisories/${String(advisory?.id)}`);
  await one.page.waitForSelector('.hp-problem');
  expect(await one.page.getByRole('button', { name: /^Plan / }).count()).toBe(0);
  await one.page.unrouteAll();
  await go(one, `/advisories/${String(advisory?.id)}`);
  expect(await one.page.locator('.hp-problem').count()).toBe(0);
  expectNoFaults(one);
});

// Deciding in the queue: row by row and many at once by the keyboard alone, taking back, and the way from an advisory to the
// patches that are asked for. Nothing is approved by asking.

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  expectNoFaults,
  go,
  goUntilListed,
  launch,
  listedCount,
  settled,
  shoot,
  signIn,
  type Visit,
  visit,
} from './visit';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser?.close());

const ASKED = '[role=dialog] .hp-preview strong';

/** Waits for the look, sends the form with Enter, and waits until the focus is back on a row. */
async function send(one: Visit): Promise<void> {
  await one.page.waitForSelector('[role=dialog] button[type=submit]:not([disabled])');
  await one.page.keyboard.press('Enter');
  await one.page.waitForSelector('[role=dialog]', { state: 'detached' });
  await settled(one);
}

async function press(one: Visit, ...keys: string[]): Promise<void> {
  for (const key of keys) {
    await one.page.keyboard.press(key);
  }
}

async function focusedIndex(one: Visit): Promise<string | null | undefined> {
  return one.page.evaluate(() => document.activeElement?.closest('tr')?.getAttribute('data-index'));
}

test('one row is deferred by keys, the reason is remembered, the focus stays, and u takes it back', async () => {
  const one = await visit(browser);
  await signIn(one, 'engineer');
  await go(one, '/findings');
  const before = await listedCount(one);
  await press(one, 'j', 'j', 'd');
  await one.page.waitForSelector('[role=dialog] #reason');
  await one.page.keyboard.type('waits for the outage of the spring');
  await one.page.waitForSelector(ASKED);
  await shoot(one, 'triage-defer');
  await send(one);
  expect(await listedCount(one)).toBe(before - 1);
  await one.page.waitForFunction(
    () => document.activeElement?.closest('tr')?.getAttribute('data-index') === '1',
  );
  await press(one, 'd');
  await one.page.waitForSelector('[role=dialog] #reason');
  expect(await one.page.inputValue('#reason')).toBe('waits for the outage of the spring');
  await press(one, 'Escape');
  await one.page.waitForSelector('[role=dialog]', { state: 'detached' });
  await press(one, 'u');
  await one.page.waitForSelector('.hp-done >> text=taken back');
  expect(await listedCount(one)).toBe(before);
  expectNoFaults(one);
  await one.context.close();
});

test('patches are asked for once a baseline after a preview, and wait for signatures', async () => {
  const one = await visit(browser);
  await signIn(one, 'engineer');
  await go(one, '/findings?filter=vulnerability%3DCVE-2024-46887&tab=undecided');
  const before = await listedCount(one);
  await press(one, 'j', '*', 'y');
  await one.page.waitForSelector(ASKED);
  await one.page.keyboard.type('closes the web server of the controllers');
  for (const field of ['#inspection', '#silence']) {
    if ((await one.page.locator(field).count()) > 0) {
      await one.page.fill(field, 'the maker tests its firmware; no control system runs on it');
    }
  }
  await shoot(one, 'triage-approve');
  const preview = await one.page.innerText('[role=dialog] .hp-preview');
  const meant = Number(/^(\d+) of/.exec(preview)?.[1] ?? 0);
  if (meant === 0) {
    // What hangs on them asks for a test first; the preview says so, and nothing is asked for.
    expect(preview).toMatch(/test/);
    expect(await one.page.locator('[role=dialog] button[type=submit]').isDisabled()).toBe(true);
  } else {
    await send(one);
    expect(await listedCount(one)).toBe(before - meant);
    expect(await one.page.innerText('.hp-done')).toContain('wait for signatures');
  }
  expectNoFaults(one);
  await one.context.close();
});

test('whoever may not decide is offered no keys and no boxes', async () => {
  const one = await visit(browser);
  await signIn(one, 'viewer');
  await go(one, '/findings');
  expect(await one.page.locator('tbody input[type=checkbox]').count()).toBe(0);
  await press(one, 'j', 'd');
  await settled(one);
  expect(await one.page.locator('[role=dialog]').count()).toBe(0);
  expectNoFaults(one);
  await one.context.close();
});

const SEEDED = 200;

test('a queue of 200 is triaged by the keyboard alone', { timeout: 300_000 }, async () => {
  const one = await visit(browser);
  await signIn(one, 'engineer');
  await seed(one);
  await goUntilListed(one, `/findings?filter=${encodeURIComponent('asset~KEY-')}&tab=undecided`, SEEDED);
  let clicks = 0;
  await one.page.exposeFunction('countClick', () => {
    clicks += 1;
  });
  await one.page.evaluate(() =>
    document.addEventListener('pointerdown', () =>
      (window as unknown as { countClick: () => void }).countClick(),
    ),
  );
  // Ten one by one: five not relevant, five deferred.
  await press(one, 'j');
  for (let at = 0; at < 10; at += 1) {
    await press(one, at < 5 ? 'n' : 'd');
    await one.page.waitForSelector('[role=dialog] #reason');
    if (at === 0 || at === 5) {
      await one.page.keyboard.type(at === 0 ? 'the service is switched off' : 'with the outage');
    }
    await send(one);
    expect(await focusedIndex(one)).toBe('0');
  }
  expect(await listedCount(one)).toBe(SEEDED - 10);
  // Twenty by a range, then all the others.
  await press(one, 'x');
  await press(one, ...Array.from({ length: 19 }, () => 'j'), 'X', 'a');
  await one.page.waitForSelector('[role=dialog] #reason');
  await one.page.keyboard.type('the cell is closed and watched');
  await one.page.waitForSelector(ASKED);
  expect(await one.page.innerText(ASKED)).toContain('20 of 20');
  await shoot(one, 'triage-bulk');
  await send(one);
  expect(await listedCount(one)).toBe(SEEDED - 30);
  for (let rest = SEEDED - 30; rest > 0; rest = await listedCount(one)) {
    await press(one, 'j', '*', 'd');
    await one.page.waitForSelector(ASKED);
    await send(one);
  }
  await go(one, `/findings?filter=${encodeURIComponent('asset~KEY-')}&tab=asked`);
  expect(await listedCount(one)).toBe(SEEDED);
  expect(clicks).toBe(0);
  expectNoFaults(one);
  await one.context.close();
});

/** Two hundred assets of the kind that an advisory of the demo touches, each with one finding, in zones like the others. */
async function seed(one: Visit): Promise<void> {
  const rows = Array.from(
    { length: SEEDED },
    (_, at) =>
      `KEY-${String(at + 1).padStart(3, '0')},Halmstrand Coatings,Mixing line A,plc,Siemens,SIMATIC S7-1500 CPU 1515-2 PN,6ES7515-2AN03-0AB0,V3.0.3`,
  );
  const header = 'asset_tag,site,zone,kind,vendor,product,order_number,firmware_version';
  const answer = await one.context.request.fetch(`${one.base}/api/v1/assets:import?name=keys.csv`, {
    method: 'POST',
    headers: {
      Origin: one.base,
      'Sec-Fetch-Site': 'same-origin',
      'Content-Type': 'application/octet-stream',
    },
    data: `${[header, ...rows].join('\n')}\n`,
  });
  expect(answer.status()).toBe(200);
  // The program ranks what came in within seconds.
  for (let tries = 0; tries < 60; tries += 1) {
    const found = await one.context.request.get(`${one.base}/api/v1/findings?limit=1&filter=asset~KEY-`);
    if ((await found.json()).count.value >= SEEDED) {
      return;
    }
    await one.page.waitForTimeout(1000);
  }
  throw new Error('the findings were not ranked in time');
}

test('from an advisory to a submitted plan in three clicks, and nothing is released by that', async () => {
  const one = await visit(browser);
  await signIn(one, 'engineer');
  await go(one, '/advisories?filter=id%3DOTC-DEMO-002');
  let clicks = 0;
  const click = async (selector: string) => {
    clicks += 1;
    await one.page.locator(selector).first().click();
    await settled(one);
  };
  await click('tbody td:nth-child(2) a');
  await one.page.waitForSelector('.hp-headline');
  await click('.hp-actions button >> text=/^Plan /');
  await one.page.waitForSelector(ASKED);
  // What is tested and authorised needs no further word; what no patch is known for is said.
  const preview = await one.page.innerText('[role=dialog] .hp-preview');
  expect(preview).toMatch(/^[1-9]\d* of/);
  expect(preview).toContain('no patch is known');
  await one.page.fill('#reason', 'new advisory of this week');
  await shoot(one, 'journey-ask');
  await click('[role=dialog] button[type=submit]');
  await one.page.waitForSelector('[role=status] a[href^="/plans/"]', { timeout: 30_000 });
  await settled(one);
  await shoot(one, 'journey-done');
  expect(clicks).toBe(3);
  const plans = await (await one.context.request.get(`${one.base}/api/v1/plans?limit=50`)).json();
  const mine = plans.items.filter(
    (plan: { reason: string; site: string }) =>
      plan.reason === 'new advisory of this week' && plan.site === 'Halmstrand Coatings',
  );
  expect(mine).toHaveLength(1);
  expect(mine[0].state).toBe('submitted');
  expect(mine[0].steps).toBeGreaterThan(0);
  expect(mine[0].submitted_by).toBe('marek.lind');
  expect(mine[0].closed_at ?? null).toBeNull();
  // Whoever submitted it is not offered its release; another person is.
  await go(one, `/plans/${mine[0].id}`);
  expect(await one.page.getByRole('button', { name: 'Release', exact: true }).count()).toBe(0);
  expectNoFaults(one);
  await one.context.close();
  const other = await visit(browser);
  await signIn(other, 'approver');
  await go(other, `/plans/${mine[0].id}`);
  expect(await other.page.getByRole('button', { name: 'Release', exact: true }).count()).toBe(1);
  expectNoFaults(other);
  await other.context.close();
});

// Every number is a link to exactly the rows that it counts.

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectNoFaults, go, launch, listedCount, settled, signIn, type Visit, visit } from './visit';

let browser: Browser;
let one: Visit;
beforeAll(async () => {
  browser = await launch();
  one = await visit(browser);
  await signIn(one, 'engineer');
});
afterAll(() => browser?.close());

/** The number that a link shows, and the rows behind it. */
async function compare(selector: string, from: string): Promise<void> {
  await go(one, from);
  const link = one.page.locator(selector).first();
  const shown = Number((await link.innerText()).replace(/[^\d]/g, ''));
  expect(shown, `${selector} on ${from}`).toBeGreaterThan(0);
  await link.click();
  expect(await listedCount(one), `${selector} on ${from} leads to ${one.page.url()}`).toBe(shown);
}

test('the counts of the advisories are the rows of their impact', async () => {
  await compare('tbody td:nth-child(2) a', '/advisories?sort=-yes');
  await compare('tbody td:nth-child(3) a', '/advisories?sort=-unknown');
});

test('the totals and the zones of an impact are its rows', async () => {
  await go(one, '/advisories?sort=-unknown');
  await one.page.locator('tbody td:nth-child(3) a').first().click();
  await settled(one);
  const impact = new URL(one.page.url()).pathname;
  const totals = await one.page.locator('.hp-total a').count();
  for (let at = 0; at < totals; at += 1) {
    await compare(`.hp-total:has(a) >> nth=${at} >> a`, impact);
  }
  await go(one, impact);
  const cells = await one.page.locator('.hp-zones td a').count();
  expect(cells).toBeGreaterThan(0);
  for (let at = 0; at < Math.min(cells, 6); at += 1) {
    await compare(`.hp-zones td a >> nth=${at}`, impact);
  }
});

test('the counts of the assets are the rows of their matches', async () => {
  await compare('tbody td:nth-child(11) a', '/assets?filter=verdict:yes');
  await compare('tbody td:nth-child(12) a', '/assets?filter=verdict:unknown');
});

test('the scope narrows assets and impact, and stays while moving on', async () => {
  await go(one, '/assets');
  const all = await listedCount(one);
  const site = await one.page.locator('.hp-scope option').nth(1).getAttribute('value');
  await one.page.selectOption('.hp-scope select', site ?? '');
  await one.page.waitForURL('**site=*');
  const some = await listedCount(one);
  expect(some).toBeGreaterThan(0);
  expect(some).toBeLessThan(all);
  await one.page.click('nav >> text=Advisories');
  await settled(one);
  expect(await one.page.inputValue('.hp-scope select')).toBe(site);
});

test('a list longer than a page is shown to its end, and no row twice', async () => {
  await go(one, '/assets');
  const all = await listedCount(one);
  expect(all).toBeGreaterThan(100);
  const more = one.page.locator('.hp-more button');
  for (let pages = 0; (await more.count()) > 0 && pages < 20; pages += 1) {
    await more.click();
    await settled(one);
  }
  const seen = new Set<string>();
  const scroller = one.page.locator('.hp-scroll');
  for (let top = 0; top <= (all + 1) * 28; top += 500) {
    await scroller.evaluate((element, to) => element.scrollTo(0, to), top);
    await one.page.waitForTimeout(60);
    for (const tag of await one.page.locator('tbody th a').allInnerTexts()) {
      seen.add(tag);
    }
  }
  expect(seen.size).toBe(all);
});

test('a filter that nobody understands keeps its words and says what is wrong', async () => {
  await go(one, '/assets');
  await one.page.fill('#hp-filter', 'zon:x');
  await one.page.keyboard.press('Enter');
  await one.page.waitForSelector('.hp-fault');
  expect(await one.page.innerText('.hp-fault')).toContain('zon');
  expect(await one.page.inputValue('#hp-filter')).toBe('zon:x');
  await one.page.fill('#hp-filter', 'tag:nothing-is-called-so');
  await one.page.keyboard.press('Enter');
  await one.page.waitForSelector('.hp-empty');
  await one.page.click('.hp-empty button');
  await one.page.waitForSelector('tbody tr');
  expectNoFaults(one);
});

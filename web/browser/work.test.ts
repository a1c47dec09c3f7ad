// The daily work on advisories: where it stands, what people say, what a question on names settles, and the way from
// a vulnerability to the assets.

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectNoFaults, go, launch, listedCount, settled, shoot, signIn, type Visit, visit } from './visit';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser?.close());

/** Opens the page of the advisory on which work has begun. */
async function openBegun(one: Visit, tab: string): Promise<void> {
  await go(one, '/advisories?filter=id%3DOTC-DEMO-001');
  await one.page.locator('tbody th a').first().click();
  await one.page.click('.hp-drawer >> text=Open the impact');
  await one.page.waitForSelector('.hp-headline');
  await one.page.getByRole('link', { name: tab, exact: true }).click();
  await settled(one);
}

test('statuses are counted, each number leads to its rows, and many are set after a preview', async () => {
  const one = await visit(browser);
  await signIn(one, 'engineer');
  await openBegun(one, 'Remediation');
  await shoot(one, 'remediation');
  const all = await listedCount(one);
  const running = one.page.locator('.hp-totals a[aria-label*="in progress"]');
  const counted = Number(await running.innerText());
  await running.click();
  expect(await listedCount(one)).toBe(counted);
  expect(counted).toBeLessThan(all);
  await one.page.getByRole('button', { name: /^Set status of/ }).click();
  await one.page.check('#state-done');
  await one.page.fill('[role=dialog] #reason', 'checked on site');
  await one.page.click('[role=dialog] button[type=submit]');
  await one.page.waitForSelector('[role=dialog] .hp-preview');
  expect(await one.page.innerText('[role=dialog] .hp-preview')).toContain(`${counted} rows`);
  await shoot(one, 'remediation-preview');
  await one.page.click(`[role=dialog] button >> text=Set ${counted}`);
  await one.page.waitForSelector('[role=dialog] >> text=were set');
  await one.page.locator('[role=dialog] button', { hasText: 'Close' }).last().click();
  await settled(one);
  await openBegun(one, 'Remediation');
  expect(await one.page.locator('.hp-totals a[aria-label*="in progress"]').count()).toBe(0);
  await one.page.locator('tbody th a').first().click();
  await one.page.waitForSelector('.hp-drawer .hp-history');
  await settled(one);
  await shoot(one, 'remediation-drawer');
  expectNoFaults(one);
  await one.context.close();
});

test('a comment is written and edited by its author, and nobody else is offered that', async () => {
  const one = await visit(browser);
  await signIn(one, 'engineer');
  await openBegun(one, 'Comments');
  await one.page.fill('#comment', 'Second night <b>done</b>.');
  await one.page.click('button >> text=Write');
  const mine = one.page.locator('.hp-comment', { hasText: 'Second night <b>done</b>.' });
  await mine.waitFor();
  await mine.getByRole('button', { name: 'Edit' }).click();
  await one.page.fill('#comment-edit', 'Second night done, both racks.');
  await one.page.click('[role=dialog] button[type=submit]');
  await one.page.waitForSelector('.hp-comment >> text=version 2');
  await shoot(one, 'comments');
  expectNoFaults(one);
  await one.context.close();
  const other = await visit(browser);
  await signIn(other, 'viewer');
  await openBegun(other, 'Comments');
  await other.page.waitForSelector('.hp-comment >> text=both racks');
  expect(await other.page.locator('.hp-comment button').count()).toBe(0);
  expect(await other.page.locator('#comment').count()).toBe(0);
  expectNoFaults(other);
  await other.context.close();
});

test('a silent change is marked, and the difference says what it was', async () => {
  const one = await visit(browser);
  await signIn(one, 'viewer');
  await go(one, '/advisories?filter=id%3DOTC-DEMO-039');
  expect(await one.page.innerText('tbody tr')).toContain('changed silently');
  await one.page.locator('tbody th a').first().click();
  await one.page.click('.hp-drawer >> text=Open the impact');
  await one.page.getByRole('link', { name: 'Revisions', exact: true }).click();
  await settled(one);
  await one.page.locator('tbody').getByRole('link', { name: 'Compare' }).first().click();
  await one.page.waitForSelector('.hp-drawer .hp-table');
  expect(await one.page.innerText('.hp-drawer')).toContain('other content under the same version');
  expect(await one.page.locator('.hp-drawer tbody tr').count()).toBeGreaterThan(0);
  await shoot(one, 'difference');
  expectNoFaults(one);
  await one.context.close();
});

test('an advisory is marked, matched again, deleted and restored, each with its reason', async () => {
  const one = await visit(browser);
  await signIn(one, 'engineer');
  await go(one, '/advisories?filter=id%3DOTC-DEMO-041');
  await one.page.locator('tbody th a').first().click();
  await one.page.click('.hp-drawer >> text=Mark as unread');
  await one.page.waitForSelector('.hp-drawer >> text=Mark as read');
  expect(await one.page.locator('tbody .hp-unread').count()).toBe(1);
  await one.page.click('.hp-drawer >> text=Open the impact');
  await one.page.waitForSelector('.hp-headline');
  await one.page.click('.hp-actions >> text=Match again');
  await one.page.fill('[role=dialog] #reason', 'a test of the pages');
  await one.page.click('[role=dialog] button[type=submit]');
  await one.page.click('[role=dialog] >> text=Show the run');
  await one.page.waitForSelector('.hp-drawer h2');
  expect(await one.page.innerText('.hp-drawer')).toContain('a test of the pages');
  await shoot(one, 'runs');
  await go(one, '/advisories?filter=id%3DOTC-DEMO-041');
  await one.page.locator('tbody th a').first().click();
  await one.page.click('.hp-drawer >> text=Open the impact');
  await one.page.waitForSelector('.hp-headline');
  await one.page.click('.hp-actions >> text=Delete');
  await one.page.fill('[role=dialog] #reason', 'not ours');
  await one.page.click('[role=dialog] button[type=submit]');
  const row = one.page.locator('tbody tr', { hasText: 'OTC-DEMO-041' });
  await row.waitFor();
  expect(await row.innerText()).toContain('not ours');
  await row.getByRole('button', { name: 'Restore' }).click();
  await one.page.fill('[role=dialog] #reason', 'ours after all');
  await one.page.click('[role=dialog] button[type=submit]');
  await one.page.waitForSelector('text=No advisory is deleted');
  await go(one, '/advisories?filter=id%3DOTC-DEMO-041');
  expect(await listedCount(one)).toBe(1);
  expectNoFaults(one);
  await one.context.close();
});

test('a question is opened, answered by key with a reason, and its rule says what came of it', async () => {
  const one = await visit(browser);
  await signIn(one, 'engineer');
  await go(one, '/review');
  const before = await listedCount(one);
  expect(before).toBeGreaterThan(0);
  await one.page.locator('tbody th a').first().click();
  await one.page.waitForSelector('.hp-drawer .hp-why');
  await settled(one);
  await shoot(one, 'review');
  await one.page.locator('.hp-drawer h2').click();
  await one.page.keyboard.press('y');
  await one.page.waitForSelector('[role=dialog]');
  await one.page.fill('[role=dialog] #reason', 'both are on the nameplate');
  await one.page.click('[role=dialog] button[type=submit]');
  await one.page.waitForSelector('[role=dialog] [role=status]');
  await shoot(one, 'review-answered');
  await one.page.locator('[role=dialog] a[href^="/rules"]').click();
  await one.page.waitForSelector('.hp-drawer >> text=both are on the nameplate');
  await go(one, '/review');
  expect(await listedCount(one)).toBeLessThan(before);
  expectNoFaults(one);
  await one.context.close();
});

test('a vulnerability that is exploited leads to the assets, and the reason names the version', async () => {
  const one = await visit(browser);
  await signIn(one, 'viewer');
  await go(one, '/vulnerabilities?filter=kev:yes');
  await one.page.locator('tbody tr', { hasText: 'CVE-2025-0411' }).locator('th a').click();
  await one.page.waitForSelector('.hp-drawer >> text=HC-WS-01');
  await settled(one);
  await shoot(one, 'vulnerability');
  await one.page.locator('.hp-drawer tr', { hasText: 'HC-WS-01' }).locator('button').click();
  await one.page.waitForSelector('[role=dialog] >> text=24.09');
  expect(await one.page.innerText('[role=dialog]')).toContain('21.07');
  await shoot(one, 'vulnerability-why');
  await one.page.keyboard.press('Escape');
  await go(one, '/assets?filter=tag%3DBR-SRV-02');
  await one.page.locator('tbody th a').first().click();
  await one.page.click('.hp-drawer >> text=Open as a page');
  await one.page.locator('.hp-tabs').getByRole('link', { name: 'Vulnerabilities', exact: true }).click();
  await settled(one);
  await shoot(one, 'asset-vulnerabilities');
  // A statement of the maker clears it: the answer is no, and it is told whose word that is.
  await one.page.locator('tbody tr', { hasText: 'CVE-2023-26048' }).locator('button').click();
  await one.page.waitForSelector('[role=dialog] >> text=names exactly this version');
  expectNoFaults(one);
  await one.context.close();
});

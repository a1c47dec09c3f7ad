// What people come for: in, to the answer, and out again.

import { gzipSync } from 'node:zlib';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { start } from './program';
import { expectNoFaults, go, launch, settled, shoot, signIn, visit } from './visit';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser?.close());

test('whoever is not signed in is sent to the sign-in page and comes back to the same place', async () => {
  const one = await visit(browser);
  await one.page.goto(`${one.base}/assets?filter=kind:plc`);
  await one.page.waitForURL('**/sign-in?**');
  await shoot(one, 'sign-in');
  const engineer = inject('accounts').find((account) => account.role === 'engineer');
  await one.page.fill('#name', engineer?.name ?? '');
  await one.page.fill('#password', 'not the password');
  await one.page.click('button[type=submit]');
  await one.page.waitForSelector('[role=alert]');
  expect(await one.page.innerText('[role=alert]')).toContain('Sign-in refused');
  await one.page.fill('#password', engineer?.password ?? '');
  await one.page.click('button[type=submit]');
  await one.page.waitForURL('**/assets?filter=kind:plc');
  await settled(one);
  expect(await one.page.inputValue('#hp-filter')).toBe('kind:plc');
  expectNoFaults(one);
  await one.context.close();
});

test('from the advisories to the reason of one match in three clicks', async () => {
  const one = await visit(browser);
  await signIn(one, 'engineer');
  await go(one, '/advisories?sort=-yes');
  await shoot(one, 'advisories');
  await one.page.click('tbody tr:first-child td:nth-child(6)');
  await one.page.waitForSelector('.hp-drawer');
  await shoot(one, 'advisory-drawer');
  await one.page.click('.hp-drawer >> text=Open the impact');
  await one.page.waitForSelector('.hp-headline');
  await settled(one);
  await shoot(one, 'impact');
  await one.page.click('.hp-scroll tbody tr:first-child td:nth-child(4)');
  await one.page.waitForSelector('.hp-why');
  await settled(one);
  await shoot(one, 'explanation');
  expect((await one.page.innerText('.hp-why')).length).toBeGreaterThan(10);
  expect(await one.page.locator('.hp-evidence tbody tr').count()).toBeGreaterThan(1);
  await one.page.locator('.hp-raw summary').first().click();
  expect(await one.page.locator('.hp-raw pre').first().innerText()).toMatch(/[{"[]/);
  expectNoFaults(one);
  await one.context.close();
});

test('an address that was mailed shows the same after a reload', async () => {
  const one = await visit(browser);
  await signIn(one, 'engineer');
  await go(one, '/assets?sort=-tag');
  await one.page.click('tbody tr:nth-child(3) td:nth-child(2)');
  await one.page.waitForSelector('.hp-drawer h2');
  await settled(one);
  const title = await one.page.innerText('.hp-drawer h2');
  await one.page.reload();
  await settled(one);
  expect(await one.page.innerText('.hp-drawer h2')).toBe(title);
  expect(await one.page.locator('th[aria-sort=descending]').innerText()).toContain('Tag');
  await one.page.keyboard.press('Escape');
  await one.page.waitForSelector('.hp-drawer', { state: 'detached' });
  expectNoFaults(one);
  await one.context.close();
});

test('an asset shows its values with source and age, its software, its matches and its history', async () => {
  const one = await visit(browser);
  await signIn(one, 'viewer');
  await go(one, '/assets?filter=verdict:yes');
  await one.page.click('tbody tr:first-child td:nth-child(2)');
  await one.page.waitForSelector('.hp-drawer .hp-facts, .hp-drawer .hp-table');
  await settled(one);
  await shoot(one, 'assets');
  for (const heading of ['Matches', 'Values', 'Software', 'History']) {
    expect(await one.page.locator('.hp-drawer h3', { hasText: heading }).count()).toBe(1);
  }
  const row = one.page.locator('.hp-drawer tr', { hasText: 'vendor' }).first();
  expect(await row.locator('td').nth(1).innerText()).not.toBe('');
  expect(await row.locator('time').count()).toBe(1);
  // Whoever only looks is offered nothing to change.
  expect(await one.page.getByRole('button', { name: /^Change / }).count()).toBe(0);
  expect(await one.page.locator('.hp-actions >> text=Import').count()).toBe(0);
  expectNoFaults(one);
  await one.context.close();
});

test('the audit log is verified, and an entry shows what stood before and after', async () => {
  const one = await visit(browser);
  await signIn(one, 'auditor');
  await go(one, '/audit');
  await one.page.click('text=Verify the chain');
  await one.page.waitForSelector('.hp-verified');
  expect(await one.page.innerText('.hp-verified')).toMatch(/Intact: all \d+ entries/);
  await one.page.click('tbody tr:first-child td:nth-child(5)');
  await one.page.waitForSelector('.hp-drawer .hp-json');
  await shoot(one, 'audit');
  expectNoFaults(one);
  await one.context.close();
});

test('keys lead from page to page and from row to row', async () => {
  const one = await visit(browser);
  await signIn(one, 'engineer');
  await go(one, '/advisories');
  await one.page.keyboard.press('g');
  await one.page.keyboard.press('s');
  await one.page.waitForURL('**/assets');
  await settled(one);
  await one.page.keyboard.press('j');
  await one.page.keyboard.press('j');
  await one.page.waitForFunction(
    () => document.activeElement?.closest('tr')?.getAttribute('data-index') === '1',
  );
  await one.page.keyboard.press('o');
  await one.page.waitForSelector('.hp-drawer');
  await one.page.keyboard.press('/');
  await one.page.waitForFunction(() => document.activeElement?.id === 'hp-filter');
  // While somebody writes, letters are letters.
  await one.page.keyboard.type('gl?');
  expect(await one.page.inputValue('#hp-filter')).toBe('gl?');
  await one.page.locator('h1').click();
  await one.page.keyboard.press('?');
  await one.page.waitForSelector('[role=dialog]');
  await one.page.keyboard.press('Escape');
  await one.page.waitForSelector('[role=dialog]', { state: 'detached' });
  expectNoFaults(one);
  await one.context.close();
});

test('the scripts stay small enough for a slow line', async () => {
  const base = inject('base');
  const page = await (await fetch(base)).text();
  // What the first page loads: its script, and what the browser is told to load beside it.
  const loads = /<script[^>]+src="([^"]+)"|<link[^>]+rel="modulepreload"[^>]+href="([^"]+)"/g;
  const scripts = [...page.matchAll(loads)].map(([, script, beside]) => script ?? beside);
  expect(scripts.length).toBeGreaterThan(0);
  let bytes = 0;
  for (const path of scripts) {
    bytes += gzipSync(await (await fetch(`${base}${path}`)).text()).length;
  }
  expect(bytes).toBeLessThan(300_000);
  expect(page).not.toContain('<style');
});

test('the first start makes the first administrator', async () => {
  const program = await start('serve');
  try {
    const one = await visit(browser, program.base);
    await one.page.goto(program.base);
    await one.page.waitForURL('**/setup');
    await one.page.fill('#secret', /hp_setup_\w+/.exec(program.words)?.[0] ?? '');
    await one.page.fill('#name', 'first');
    await one.page.fill('#display', 'The First');
    await one.page.fill('#password', 'a password of the test');
    await one.page.click('button[type=submit]');
    await one.page.waitForURL('**/assets/import');
    await go(one, '/advisories');
    expect(await one.page.innerText('.hp-empty')).toContain('No advisories yet');
    await go(one, '/assets');
    expect(await one.page.innerText('.hp-empty')).toContain('No assets yet');
    expectNoFaults(one);
    await one.context.close();
  } finally {
    program.stop();
  }
});

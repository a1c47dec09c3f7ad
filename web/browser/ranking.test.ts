// A person's words on ranking: another answer with a reason and an end, taking it back, and what is lost with assets,
// functions and zones. Each is ranked at once, and nobody who may not is offered any of it.

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectNoFaults, go, launch, settled, shoot, signIn, type Visit, visit } from './visit';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser?.close());

const FOUND = '/findings?tab=all&filter=vulnerability%3DCVE-2024-46886+asset%3AHC-PLC-06';

async function drawer(one: Visit): Promise<string> {
  await one.page.waitForSelector('.hp-drawer .hp-questions');
  await settled(one);
  return one.page.innerText('.hp-drawer');
}

async function send(one: Visit): Promise<void> {
  await one.page.locator('[role=dialog] button[type=submit]').click();
  await one.page.waitForSelector('[role=dialog]', { state: 'detached' });
  await settled(one);
}

test('a question is answered otherwise until a day, the outcome follows, and it is taken back', async () => {
  const one = await visit(browser);
  await signIn(one, 'engineer');
  await go(one, FOUND);
  await one.page.locator('tbody th a').first().click();
  const before = await drawer(one);
  await one.page.getByRole('button', { name: 'Say otherwise: Is it exploited?', exact: true }).click();
  await one.page.selectOption('#override-value', 'none');
  await one.page.fill('#override-reason', 'the maker and the exploit catalogues were asked today');
  await shoot(one, 'override');
  await send(one);
  const said = await drawer(one);
  expect(said).toContain('What people said');
  expect(said).toContain('the maker and the exploit catalogues were asked today');
  expect(said).not.toBe(before);
  await shoot(one, 'override-drawer');
  await one.page.getByRole('button', { name: 'Take back', exact: true }).click();
  await one.page.fill('#end-reason', 'it was a trial');
  await send(one);
  const after = await drawer(one);
  expect(after).toContain('it was a trial');
  expect(after.split('What people said')[0]).toBe(before.split('How and when')[0]);
  expectNoFaults(one);
  await one.context.close();
});

test('what is lost is said of an asset, a zone and a function', async () => {
  const one = await visit(browser);
  await signIn(one, 'engineer');
  await go(one, '/assets/HC-PLC-29');
  await one.page.getByRole('button', { name: 'Criticality…', exact: true }).click();
  await one.page.selectOption('#lost-production', 'catastrophic');
  await one.page.fill('[role=dialog] #reason', 'no spare compressor');
  await send(one);
  expect(await one.page.innerText('.hp-text')).toContain('catastrophic');

  await go(one, '/criticality?tab=zones');
  const row = 'tr:has-text("Substation")';
  expect(await one.page.innerText(row)).toContain('?');
  await one.page.locator(`${row} button`).click();
  await one.page.selectOption('#lost-safety', 'major');
  await send(one);
  expect(await one.page.innerText(row)).toContain('major');
  await shoot(one, 'criticality-zones');

  await go(one, '/criticality');
  await one.page.getByRole('button', { name: 'New function…', exact: true }).click();
  await one.page.fill('#name', 'Compressed air');
  await one.page.selectOption('#site', 'Halmstrand Coatings');
  await one.page.selectOption('#lost-production', 'major');
  await one.page.fill('#assets', 'HC-PLC-27 HC-PLC-999');
  await one.page.locator('[role=dialog] button[type=submit]').click();
  await one.page.waitForSelector('[role=dialog] >> text=HC-PLC-999');
  await one.page.fill('#assets', 'HC-PLC-27 HC-PLC-28');
  await send(one);
  const made = 'tr:has-text("Compressed air")';
  expect(await one.page.innerText(made)).toContain('2');
  await one.page.getByRole('button', { name: 'Change… Compressed air', exact: true }).click();
  await one.page.waitForSelector('#assets');
  expect(await one.page.inputValue('#assets')).toBe('HC-PLC-27 HC-PLC-28');
  await one.page.selectOption('#lost-production', 'catastrophic');
  await send(one);
  expect(await one.page.innerText(made)).toContain('catastrophic');
  await shoot(one, 'criticality');
  await one.page.getByRole('button', { name: 'Remove Compressed air', exact: true }).click();
  await one.page.fill('[role=dialog] #reason', 'it was a trial');
  await send(one);
  // With it less would hang on two controllers: it counts until a second person agrees.
  expect(await one.page.locator(made).count()).toBe(1);
  await go(one, '/criticality?tab=waiting');
  expect(await one.page.innerText('tbody')).toContain('Compressed air');
  expectNoFaults(one);
  await one.context.close();
});

test('whoever may not say anything is offered nothing to say', async () => {
  const one = await visit(browser);
  await signIn(one, 'viewer');
  await go(one, FOUND);
  await one.page.locator('tbody th a').first().click();
  await drawer(one);
  expect(await one.page.getByRole('button', { name: /Say otherwise|Take back/ }).count()).toBe(0);
  await go(one, '/criticality');
  expect(await one.page.getByRole('button', { name: /New function|Change|Remove/ }).count()).toBe(0);
  await go(one, '/assets/HC-PLC-29');
  expect(await one.page.getByRole('button', { name: 'Criticality…', exact: true }).count()).toBe(0);
  expectNoFaults(one);
  await one.context.close();
});

// Planning: the calendar of the demo, a window written down, a plan proposed, and its release by another person.

import { readFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findings } from './axe';
import { expectNoFaults, go, launch, listedCount, settled, shoot, signIn, type Visit, visit } from './visit';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser?.close());

async function press(one: Visit, name: string): Promise<void> {
  await one.page.getByRole('button', { name, exact: true }).click();
}

test('a window is written down, has its lane in the calendar, and is ended', async () => {
  const one = await visit(browser);
  await signIn(one, 'engineer');
  await go(one, '/calendar');
  await press(one, 'New window');
  await one.page.fill('#name', 'Trial of a night');
  await one.page.fill('#on', 'Brynhaven Heat and Power');
  await one.page.fill('#first', '2026-01-03T22:00');
  await one.page.fill('#rule', 'FREQ=WEEKLY;BYDAY=SA');
  await shoot(one, 'window-dialog');
  await press(one, 'Save');
  await one.page.waitForSelector('h1 >> text=Trial of a night');
  await settled(one);
  await shoot(one, 'window');
  await go(one, '/calendar');
  expect(await one.page.locator('.hp-lane-list .hp-lane').count()).toBeGreaterThan(0);
  expect(await one.page.locator('.hp-block').count()).toBeGreaterThan(3);
  await shoot(one, 'calendar-month');
  await go(one, '/calendar?tab=week');
  await shoot(one, 'calendar-week');
  await one.page.getByRole('link', { name: 'Trial of a night', exact: true }).click();
  await press(one, 'End');
  await one.page.fill('[role=dialog] #reason', 'it was a trial');
  await one.page.locator('[role=dialog] button[type=submit]').click();
  await one.page.waitForSelector('[role=dialog]', { state: 'detached' });
  await go(one, '/calendar?tab=list&filter=name:"Trial of a night"');
  expect(await listedCount(one)).toBe(1);
  await shoot(one, 'windows');
  expectNoFaults(one);
  await one.context.close();
});

test('a plan is proposed, says what waits, and is taken back by who may not release it', async () => {
  const one = await visit(browser);
  await signIn(one, 'engineer');
  await go(one, '/plans');
  await shoot(one, 'plans');
  await press(one, 'Propose a plan');
  await one.page.waitForSelector('#baseline option:nth-child(2)', { state: 'attached' });
  await one.page.selectOption('#baseline', { label: 'Halmstrand Coatings, everything' });
  await one.page.fill('#title', 'A round of the tests');
  await shoot(one, 'plan-propose');
  await one.page.locator('[role=dialog] button[type=submit]').click();
  await one.page.waitForSelector('h1 >> text=A round of the tests', { timeout: 60_000 });
  await settled(one);
  await shoot(one, 'plan');
  for (const tab of ['Steps', 'What waits', 'Check', 'Change record', 'What happened']) {
    await one.page.getByRole('link', { name: tab, exact: true }).click();
    await settled(one);
    await shoot(one, `plan-${tab.toLowerCase().replaceAll(' ', '-')}`);
  }
  expect(await one.page.getByRole('button', { name: 'Release', exact: true }).count()).toBe(0);
  await press(one, 'Withdraw');
  await one.page.fill('[role=dialog] #reason', 'it was a trial');
  await one.page.locator('[role=dialog] button[type=submit]').click();
  await one.page.waitForSelector('.hp-facts >> text=Withdrawn');
  expectNoFaults(one);
  await one.context.close();
});

test('the change record of a plan goes out as a file, and what they say of it comes back in', async () => {
  const one = await visit(browser);
  await signIn(one, 'engineer');
  await go(one, '/plans');
  await one.page.locator('.hp-main tbody th a').first().click();
  await settled(one);
  await one.page.getByRole('link', { name: 'Change record', exact: true }).click();
  await settled(one);
  expect(await one.page.locator('.hp-text').innerText()).toContain('Nothing has come in yet.');
  await shoot(one, 'change-record');
  expect(await findings(one)).toEqual([]);
  const link = one.page.getByRole('link', { name: 'Export for ServiceNow', exact: true });
  const [file] = await Promise.all([one.page.waitForEvent('download'), link.click()]);
  expect(file.suggestedFilename()).toMatch(/^change-\d+-servicenow\.json$/);
  const row = JSON.parse(readFileSync(await file.path(), 'utf8'));
  const title = row.short_description;

  const bring = async (text: string) => {
    await press(one, 'Take an answer in');
    await one.page.setInputFiles('[role=dialog] input[type=file]', {
      name: 'answer.json',
      mimeType: 'application/json',
      buffer: Buffer.from(text),
    });
    await one.page.locator('[role=dialog] button[type=submit]').click();
  };
  await bring('<record/>');
  await one.page.waitForSelector('[role=dialog] >> text=The file is not JSON');
  await one.page.keyboard.press('Escape');

  const answer = { ...row, short_description: 'Another title', number: 'CHG0040007', approval: 'approved' };
  await bring(JSON.stringify({ result: answer }));
  await one.page.waitForSelector('[role=dialog] >> text=what it says outside was not taken');
  await shoot(one, 'change-record-taken');
  expect(await findings(one)).toEqual([]);
  await one.page.getByRole('button', { name: 'Close', exact: true }).last().click();
  await settled(one);
  const text = await one.page.locator('.hp-text').innerText();
  expect(text).toContain('CHG0040007');
  expect(text).toContain('approved');
  expect(text).toContain(title);
  expect(text).not.toContain('Another title');
  expectNoFaults(one);
  await one.context.close();
});

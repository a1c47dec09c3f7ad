// What plans rest on: a site's rules, redundancy groups, how work is done. Each is read and written on its page.

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findings } from './axe';
import { expectNoFaults, go, launch, settled, shoot, signIn, type Visit, visit } from './visit';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser?.close());

async function press(one: Visit, name: string): Promise<void> {
  await one.page.getByRole('button', { name, exact: true }).click();
  await one.page.waitForSelector('[role=dialog] form');
  await settled(one);
}

async function save(one: Visit): Promise<void> {
  await one.page.locator('[role=dialog] button[type=submit]').click();
  await one.page.waitForFunction(
    () => !document.querySelector('[role=dialog]') || document.querySelector('[role=dialog] .hp-problem'),
  );
  expect(await one.page.locator('[role=dialog] .hp-problem').allInnerTexts()).toEqual([]);
  await settled(one);
}

/** The row of a table, as its cells. */
async function cells(one: Visit, name: string): Promise<string[]> {
  return one.page
    .locator('.hp-main tbody tr', { has: one.page.getByRole('rowheader', { name, exact: true }) })
    .locator('th, td')
    .allInnerTexts();
}

test('the rules of a site are written down and hold for the next plan', async () => {
  const one = await visit(browser);
  await signIn(one, 'engineer');
  await go(one, '/plans');
  await one.page.getByRole('link', { name: 'Rules', exact: true }).click();
  await settled(one);
  const before = await cells(one, 'Tornholm Tank Terminal');
  expect(before.slice(1, 9)).toContain('7 d');
  await press(one, 'Change: Tornholm Tank Terminal');
  await one.page.fill('#rules-pilots', '2');
  await one.page.fill('#rules-soak_minutes', '2880');
  await one.page.fill('#rules-catch_up_minutes', '1440');
  await one.page.fill('#rules-restore_test_days', '180');
  await one.page.fill('#reason', 'two plants, two pilots');
  await shoot(one, 'rules-dialog');
  expect(await findings(one)).toEqual([]);
  await save(one);
  const after = await cells(one, 'Tornholm Tank Terminal');
  expect(after.slice(1, 10)).toEqual([
    '2',
    before[2],
    '2 d',
    before[4],
    before[5],
    before[6],
    '1 d',
    '180 days',
    'none',
  ]);
  // What it cannot be is refused in words, and nothing is lost of what was typed.
  await press(one, 'Change: Tornholm Tank Terminal');
  await one.page.fill('#rules-pilots', '0');
  await one.page.fill('#rules-assets', 'NO-SUCH-ASSET');
  await one.page.locator('[role=dialog] button[type=submit]').click();
  await one.page.waitForSelector('[role=dialog] .hp-problem >> text=1 to 100 pilots');
  expect(await one.page.inputValue('#rules-assets')).toBe('NO-SUCH-ASSET');
  expectNoFaults(one);
  await one.context.close();
});

test('how many a redundancy group can lose is said, and more than before only with a reason', async () => {
  const one = await visit(browser);
  await signIn(one, 'engineer');
  await go(one, '/plans?tab=groups');
  await shoot(one, 'groups');
  expect(await findings(one)).toEqual([]);
  expect(await one.page.locator('.hp-main tbody').innerText()).toContain('nobody has said: work waits');
  expect((await cells(one, 'HC-PLC-G6'))[3]).toBe('1 of 2');
  await press(one, 'Change: HC-PLC-G6');
  await one.page.fill('#may-lose', '0');
  await save(one);
  expect((await cells(one, 'HC-PLC-G6'))[3]).toBe('0 of 2');
  await press(one, 'Change: HC-PLC-G6');
  await one.page.fill('#may-lose', '1');
  expect(await one.page.locator('[role=dialog] button[type=submit]').isDisabled()).toBe(true);
  await one.page.fill('#reason', 'tried on Sunday');
  await shoot(one, 'group-dialog');
  expect(await findings(one)).toEqual([]);
  await save(one);
  expect((await cells(one, 'HC-PLC-G6'))[3]).toBe('1 of 2');
  await one.page.getByRole('link', { name: 'In the audit log: HC-PLC-G6', exact: true }).click();
  await one.page.waitForSelector('h1 >> text=Audit log');
  await settled(one);
  expect(await one.page.locator('.hp-main tbody tr').count()).toBe(3);
  expect(await one.page.locator('.hp-main tbody').innerText()).toContain('tried on Sunday');
  expectNoFaults(one);
  await one.context.close();
});

test('how work is done is written down; that there is no way back is signed by who may approve', async () => {
  const one = await visit(browser);
  await signIn(one, 'engineer');
  await go(one, '/plans?tab=work');
  await press(one, 'Write down how work is done');
  await one.page.selectOption('#work-kind', 'drive');
  await one.page.fill('#work-minutes', '35');
  await one.page.fill('#work-undo', '15');
  await one.page.fill('#work-people', '2');
  await one.page.selectOption('#work-way', 'by-hand');
  await one.page.fill('#work-by', 'WI-77, page 2');
  await one.page.fill('#work-message', 'the conveyor stops');
  await one.page.fill('#work-times', '2');
  await one.page.fill('#work-postpone', '15');
  await one.page.check('#work-confirm');
  expect(await one.page.locator('#work-way option[value=none]').count()).toBe(0);
  await shoot(one, 'work-dialog');
  expect(await findings(one)).toEqual([]);
  await save(one);
  await shoot(one, 'work');
  expect(await findings(one)).toEqual([]);
  const row = one.page.locator('.hp-main tbody tr', { hasText: 'WI-77, page 2' });
  expect(await row.innerText()).toContain('may put it off 2 times, by 15 min each');
  await one.context.close();

  const approver = await visit(browser);
  await signIn(approver, 'approver');
  await go(approver, '/plans?tab=work');
  await press(approver, 'Change: drive');
  await approver.page.selectOption('#work-way', 'none');
  await approver.page.fill('#work-by', 'the drive keeps one firmware only');
  await shoot(approver, 'work-no-way-back');
  expect(await findings(approver)).toEqual([]);
  await save(approver);
  const signed = approver.page.locator('.hp-main tbody tr', { hasText: 'keeps one firmware only' });
  expect(await signed.innerText()).toMatch(/none, signed by \S+: the drive keeps one firmware only/);
  expectNoFaults(approver);
  await approver.context.close();
});

test('work that was measured is written down', async () => {
  const one = await visit(browser);
  await signIn(one, 'engineer');
  await go(one, '/assets?filter=group:"HC-PLC-G6"');
  const tag = (await one.page.locator('.hp-main tbody th').first().innerText()).trim();
  await go(one, '/plans?tab=work');
  await press(one, 'Write down a measurement');
  await one.page.fill('#measured-asset', tag);
  await one.page.fill('#measured-patch', 'KB5034441');
  await one.page.fill('#measured-work', '52');
  expect(await findings(one)).toEqual([]);
  await save(one);
  const row = one.page.locator('.hp-main tbody tr', { hasText: 'KB5034441' }).first();
  expect(await row.innerText()).toContain('52');
  expect(await row.innerText()).toContain('no undo');
  expectNoFaults(one);
  await one.context.close();
});

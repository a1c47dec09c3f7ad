// Suppliers' lists: looked at before they are taken in, and the mappings that read them.

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findings } from './axe';
import { expectNoFaults, go, launch, settled, shoot, signIn, type Visit, visit } from './visit';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser?.close());

async function opened(one: Visit, name: string): Promise<void> {
  await one.page.getByRole('button', { name, exact: true }).click();
  await one.page.waitForSelector('[role=dialog] form');
  await settled(one);
}

const submit = (one: Visit) => one.page.locator('[role=dialog] button[type=submit]');

const LIST =
  'MS KB,MS Release Date,Product,Product Version,Qualification Status,Status Date,Notes\n' +
  'KB5090001,02/11/2025,View station,14.00,Qualified,02/21/2025,\n' +
  'KB5090001,02/11/2025,View station,13.00,Perhaps,02/21/2025,reports fail\n';

test('a supplier’s list is looked at first, and nothing is kept until it is taken in', async () => {
  const one = await visit(browser);
  await signIn(one, 'engineer');
  await go(one, '/qualification?tab=documents');
  await opened(one, 'Take in a list…');
  await one.page.setInputFiles('[role=dialog] input[type=file]', {
    name: 'may.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(LIST),
  });
  await submit(one).click();
  await one.page.waitForSelector('[role=dialog] >> text=Nothing was kept yet.');
  const told = await one.page.locator('[role=dialog]').innerText();
  expect(told).toContain('“Perhaps”: 1, first at');
  expect(told).toContain('Not understood');
  await shoot(one, 'list-preview');
  expect(await findings(one)).toEqual([]);
  expect(await one.page.locator('.hp-main tbody').innerText()).not.toContain('may.csv');
  await submit(one).click();
  await one.page.waitForSelector('[role=dialog] >> text=The list was taken in.');
  await one.page.keyboard.press('Escape');
  await settled(one);
  expect(await one.page.locator('.hp-main tbody').innerText()).toContain('may.csv');
  expectNoFaults(one);
  await one.context.close();
});

test('a mapping is looked at, changed and kept under its own name', async () => {
  const one = await visit(browser);
  await signIn(one, 'engineer');
  await go(one, '/qualification?tab=documents');
  await opened(one, 'Mappings…');
  await one.page.waitForSelector('[role=dialog] tbody tr');
  await shoot(one, 'mappings');
  expect(await findings(one)).toEqual([]);
  await one.page.locator('[role=dialog] tbody tr').first().getByRole('button').click();
  await settled(one);
  expect(await findings(one)).toEqual([]);
  await one.page
    .locator('[role=dialog]')
    .getByRole('button', { name: /^Begin with / })
    .click();
  const text = await one.page.inputValue('#mapping-text');
  await one.page.fill('#mapping-text', text.replace(/^publisher = .*$/m, 'publischer = "x"'));
  await one.page.fill('#reason', 'a supplier of ours writes it so');
  await submit(one).click();
  await one.page.waitForSelector('[role=dialog] .hp-problem');
  await one.page.fill('#mapping-text', text.replace(/^name = .*$/m, 'name = "lists-of-ours"'));
  await shoot(one, 'mapping-write');
  expect(await findings(one)).toEqual([]);
  await submit(one).click();
  await one.page.waitForSelector('[role=dialog] tbody >> text=lists-of-ours');
  expectNoFaults(one);
  await one.context.close();
});

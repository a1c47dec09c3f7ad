// Policies: read in words and as a text, changed by value, looked at before it is proposed, published by somebody else,
// and compared afterwards.

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectNoFaults, go, launch, settled, shoot, signIn, visit } from './visit';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser?.close());

const PAGE = '/policies/priorities_and_deadlines';
const FIELD = '#value-outcomes\\.scheduled\\.days';

test('eight kinds hold, each with its revision, and each is read in words and as a text', async () => {
  const one = await visit(browser);
  await signIn(one, 'viewer');
  await go(one, '/policies');
  await shoot(one, 'policies');
  expect(await one.page.locator('tbody tr').count()).toBe(8);
  for (const at of Array.from({ length: 8 }, (_, index) => index)) {
    await go(one, '/policies');
    await one.page.locator('tbody th a').nth(at).click();
    await settled(one);
    // No kind is left without its values in words.
    expect(await one.page.locator('.hp-policy-values tbody td').count()).toBeGreaterThan(0);
  }
  await one.page.getByRole('link', { name: 'As text', exact: true }).click();
  await settled(one);
  expect(await one.page.innerText('.hp-policy-text')).toContain('kind = "roles"');
  await go(one, `${PAGE}?tab=change`);
  expect(await one.page.locator('.hp-text input, .hp-text textarea').count()).toBe(0);
  expectNoFaults(one);
  await one.context.close();
});

test('a change is looked at, proposed, published by another person, and can be compared', async () => {
  const author = await visit(browser);
  await signIn(author, 'engineer');
  await go(author, `${PAGE}?tab=change`);
  const propose = author.page.getByRole('button', { name: 'Propose…', exact: true });
  expect(await propose.isDisabled()).toBe(true);
  await author.page.fill(FIELD, '120');
  await author.page.waitForSelector('.hp-change td >> text=120');
  expect(await propose.isDisabled()).toBe(true);
  await author.page.click('button >> text=What would change?');
  await author.page.waitForSelector('.hp-effect-group tbody tr');
  await shoot(author, 'policy-change');
  // The text says the same as the values, and a fault in it is named with its line.
  await author.page.getByRole('button', { name: 'Text', exact: true }).click();
  const text = await author.page.inputValue('#policy-text');
  expect(text).toContain('days = 120');
  await author.page.fill('#policy-text', text.replace('days = 120', 'days = 99999'));
  await author.page.waitForSelector('.hp-change [role=alert] >> text=Line');
  expect(await propose.isDisabled()).toBe(true);
  await author.page.fill('#policy-text', text);
  await author.page.waitForSelector('.hp-change [role=alert]', { state: 'detached' });
  await propose.click();
  await author.page.fill('[role=dialog] #reason', 'outages come three times a year');
  await author.page.click('[role=dialog] button[type=submit]');
  await author.page.waitForSelector('.hp-done >> text=Revision 1');
  await go(author, '/policies?tab=revisions&open=priorities_and_deadlines/1');
  expect(await author.page.innerText('.hp-drawer')).toContain('You cannot publish it');
  expect(await author.page.getByRole('button', { name: 'Publish', exact: true }).count()).toBe(0);
  expectNoFaults(author);
  await author.context.close();

  const other = await visit(browser);
  await signIn(other, 'approver');
  await go(other, '/policies');
  await other.page.click('text=revision 1 waits');
  await other.page.waitForSelector('.hp-drawer >> text=outages come three times a year');
  await settled(other);
  await shoot(other, 'policy-revision');
  await other.page.getByRole('button', { name: 'Publish', exact: true }).click();
  await other.page.click('[role=dialog] button[type=submit]');
  await other.page.waitForSelector('.hp-drawer .hp-facts >> text=Published');
  await go(other, PAGE);
  expect(await other.page.innerText('.hp-policy-values')).toContain('own; as delivered: 180 days');
  expectNoFaults(other);
  await other.context.close();
});

test('what is exported says what holds when it is taken in again', async () => {
  const one = await visit(browser);
  await signIn(one, 'engineer');
  const file = await one.context.request.get(`${one.base}/api/v1/policies:export`);
  await go(one, '/policies');
  await one.page.click('button >> text=Import…');
  await one.page.setInputFiles('[role=dialog] input[type=file]', {
    name: 'policies.toml',
    mimeType: 'application/toml',
    buffer: await file.body(),
  });
  await one.page.click('[role=dialog] button[type=submit]');
  await one.page.waitForSelector('[role=dialog] li');
  const rows = await one.page.locator('[role=dialog] li').allInnerTexts();
  expect(rows).toHaveLength(8);
  expect(rows.filter((row) => !row.includes('says what holds already'))).toEqual([]);
  expectNoFaults(one);
  await one.context.close();
});

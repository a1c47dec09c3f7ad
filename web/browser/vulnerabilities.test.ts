// One vulnerability: which assets lack the patches against it.

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findings } from './axe';
import { expectNoFaults, go, launch, settled, shoot, signIn, visit } from './visit';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser?.close());

test('a vulnerability tells which assets lack the patches against it, and of which nobody can say', async () => {
  const one = await visit(browser);
  await signIn(one, 'viewer');
  await go(one, '/vulnerabilities?open=CVE-2024-46887');
  const part = one.page.locator('.hp-drawer .hp-section', { hasText: 'Patches against it' });
  await part.locator('tbody tr').first().waitFor();
  expect(await part.innerText()).toMatch(/\d+ assets lack them, of \d+ nobody can say, \d+ have one\./);
  const all = await part.locator('tbody tr').count();
  await part.getByRole('button', { name: 'Nobody can say', exact: true }).click();
  await settled(one);
  await part.locator('tbody tr').first().waitFor();
  const marks = await part.locator('tbody tr td:nth-child(2)').allInnerTexts();
  expect(marks.length).toBeGreaterThan(0);
  expect(marks.length).toBeLessThan(all);
  expect(marks.every((mark) => mark.includes('Nobody can say'))).toBe(true);
  await part.scrollIntoViewIfNeeded();
  await shoot(one, 'vulnerability-patches');
  expect(await findings(one)).toEqual([]);
  expectNoFaults(one);
  await one.context.close();
});

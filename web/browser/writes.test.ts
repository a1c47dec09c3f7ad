// Changes by the pages: import with its preview, an edit that meets another edit, a token that is shown once.

import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectNoFaults, go, launch, listedCount, settled, shoot, signIn, visit } from './visit';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser?.close());

function file(name: string, ...lines: string[]): string {
  const path = join(tmpdir(), `holdpoint-browser-${process.pid}-${name}`);
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

test('an import is mapped, previewed, refused while rows are bad, and applied only then', async () => {
  const one = await visit(browser);
  await signIn(one, 'engineer');
  await go(one, '/assets');
  const before = await listedCount(one);
  const table = file(
    'plants.csv',
    'Plants of the coast, printed in autumn,,,,',
    'asset_tag,kind,vendor,product,FW in the field',
    'WEB-1,plc,Example Controls,EC-100,V1.2',
    'WEB-2,toaster,Example Controls,EC-100,V1.3',
  );
  await go(one, '/assets/import');
  await one.page.setInputFiles('input[type=file]', table);
  // A printed title stands above the header: its row is named.
  await one.page.fill('#header-row', '2');
  await shoot(one, 'import-file');
  await one.page.click('button[type=submit]');
  const firmware = one.page.locator('select[aria-label*="FW in the field"]');
  await firmware.waitFor();
  await firmware.selectOption('field:firmware_version');
  await shoot(one, 'import-columns');
  await one.page.click('button[type=submit]');
  await one.page.waitForSelector('.hp-numbers');
  await shoot(one, 'import-preview');
  expect(await one.page.innerText('.hp-wizard')).toContain('toaster');
  const apply = one.page.locator('button', { hasText: 'Apply' });
  expect(await apply.isDisabled()).toBe(true);
  await one.page.check('#valid');
  await settled(one);
  expect(await one.page.innerText('.hp-wizard')).toContain('WEB-1');
  // So far nothing has been written.
  const look = await one.context.newPage();
  await look.goto(`${one.base}/assets?filter=tag%3DWEB-1`);
  await look.waitForSelector('.hp-empty');
  await look.close();
  await apply.click();
  await one.page.waitForSelector('text=The file was taken in.');
  await one.page.click('text=Show the assets');
  expect(await listedCount(one)).toBe(before + 1);
  await go(one, '/assets?filter=tag%3DWEB-1');
  expect(await one.page.innerText('tbody tr')).toContain('V1.2');
  expectNoFaults(one);
  await one.context.close();
});

test('an edit that meets another edit shows both, and the person decides', async () => {
  const one = await visit(browser);
  await signIn(one, 'engineer');
  await go(one, '/assets');
  await one.page.click('tbody tr:first-child td:nth-child(2)');
  await one.page.waitForSelector('.hp-drawer');
  await settled(one);
  const id = new URL(one.page.url()).searchParams.get('open') ?? '';
  await one.page.click('[aria-label="Edit owner"]');
  await one.page.fill('#value', 'Mine');
  await one.page.fill('[role=dialog] #reason', 'a test of the pages');
  // Meanwhile somebody else is quicker.
  const other = await one.context.request.get(`${one.base}/api/v1/assets/${id}`);
  const quicker = await one.context.request.fetch(`${one.base}/api/v1/assets/${id}`, {
    method: 'PATCH',
    headers: { 'If-Match': other.headers().etag ?? '', Origin: one.base, 'Sec-Fetch-Site': 'same-origin' },
    data: { fields: { owner: 'Theirs' }, reason: 'a test of the pages' },
  });
  expect(quicker.status()).toBe(200);
  await one.page.click('[role=dialog] button[type=submit]');
  await one.page.waitForSelector('text=Somebody changed this asset meanwhile');
  const dialog = await one.page.innerText('[role=dialog]');
  expect(dialog).toContain('Theirs');
  expect(dialog).toContain('Mine');
  expect(await one.page.inputValue('#value')).toBe('Mine');
  await shoot(one, 'conflict');
  await one.page.click('text=Save mine over it');
  await one.page.waitForSelector('[role=dialog]', { state: 'detached' });
  await settled(one);
  expect(await one.page.locator('.hp-drawer tr', { hasText: 'owner' }).first().innerText()).toContain('Mine');
  expectNoFaults(one);
  await one.context.close();
});

test('a token is shown once and can be revoked', async () => {
  const one = await visit(browser);
  await signIn(one, 'engineer');
  await go(one, '/tokens');
  await one.page.click('button >> text=Make token');
  await one.page.fill('[role=dialog] #name', 'nightly export');
  await one.page.click('[role=dialog] button[type=submit]');
  await one.page.waitForSelector('text=The token was made');
  const secret = await one.page.inputValue('[role=dialog] input');
  expect(secret).toMatch(/^hp_pat_/);
  await shoot(one, 'token');
  await one.page.locator('[role=dialog] button', { hasText: 'Close' }).last().click();
  const with_token = { headers: { Authorization: `Bearer ${secret}`, Cookie: '' } };
  const answer = await fetch(`${one.base}/api/v1/status`, with_token);
  expect(answer.status).toBe(200);
  expect(await one.page.content()).not.toContain(secret);
  await one.page
    .locator('tr', { hasText: 'nightly export' })
    .locator('button', { hasText: 'Revoke' })
    .click();
  await one.page.locator('[role=dialog] button[type=submit]').click();
  await one.page.waitForSelector('tr:has-text("nightly export"):has-text("revoked")');
  expect((await fetch(`${one.base}/api/v1/status`, with_token)).status).toBe(401);
  expectNoFaults(one);
  await one.context.close();
});

test('an advisory that cannot be read goes to quarantine and says why', async () => {
  const one = await visit(browser);
  await signIn(one, 'engineer');
  await go(one, '/advisories');
  await one.page.click('.hp-actions button >> text=Import');
  await one.page.setInputFiles('[role=dialog] input[type=file]', file('broken.json', '{"document":'));
  await one.page.click('[role=dialog] button[type=submit]');
  await one.page.waitForSelector('[role=dialog] >> text=Not taken');
  await one.page.keyboard.press('Escape');
  await go(one, '/quarantine');
  await one.page.locator('tbody tr', { hasText: 'broken.json' }).first().locator('th a').click();
  await one.page.waitForSelector('.hp-drawer >> text=What to do');
  await shoot(one, 'quarantine');
  expectNoFaults(one);
  await one.context.close();
});

test('an administrator makes an account, and whoever may not is not offered it', async () => {
  const one = await visit(browser);
  await signIn(one, 'administrator');
  await go(one, '/users');
  await one.page.click('button >> text=Add user');
  await one.page.fill('[role=dialog] #name', 'web.tester');
  await one.page.fill('[role=dialog] #display', 'Web Tester');
  await one.page.fill('[role=dialog] #password', 'a password of the test');
  await one.page.click('[role=dialog] button[type=submit]');
  await one.page.waitForSelector('tbody >> text=web.tester');
  await shoot(one, 'users');
  expectNoFaults(one);
  await one.context.close();
  const viewer = await visit(browser);
  await signIn(viewer, 'viewer');
  expect(await viewer.page.locator('nav >> text=Users').count()).toBe(0);
  expect(await viewer.page.locator('nav >> text=Audit log').count()).toBe(0);
  await go(viewer, '/users');
  expect(await viewer.page.innerText('[role=alert]')).toContain('Not allowed');
  expectNoFaults(viewer);
  await viewer.context.close();
});

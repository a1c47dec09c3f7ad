// Where patches come from and which to take first: the fewest that close the most, a repository that is read, a file that is
// put in with its origin and scan.

import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { findings } from './axe';
import { expectNoFaults, go, launch, settled, shoot, signIn, type Visit, visit } from './visit';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser?.close());

const FILE = Buffer.from('not a real update');
const HASH = createHash('sha256').update(FILE).digest('hex');

async function opened(one: Visit, name: string): Promise<void> {
  await one.page.getByRole('button', { name, exact: true }).click();
  await one.page.waitForSelector('[role=dialog] form');
  await settled(one);
}

const submit = (one: Visit) => one.page.locator('[role=dialog] button[type=submit]');

test('the patches that close the most stand first, each with what it closes', async () => {
  const one = await visit(browser);
  await signIn(one, 'engineer');
  await go(one, '/patches');
  await one.page.getByRole('link', { name: 'What closes the most', exact: true }).click();
  await settled(one);
  expect(await one.page.locator('.hp-headline').innerText()).toMatch(
    /\d+ patches close \d+ of the \d+ vulnerabilities that are open on assets\. No choice closes that with fewer than \d+\./,
  );
  const closes = await one.page.locator('.hp-main tbody td:nth-child(2)').allInnerTexts();
  const numbers = closes.map((text) => Number(text.replaceAll(',', '')));
  expect(numbers.length).toBeGreaterThan(2);
  expect(numbers).toEqual([...numbers].sort((a, b) => b - a));
  await shoot(one, 'patch-cover');
  expect(await findings(one)).toEqual([]);
  const first = await one.page.locator('.hp-main tbody th').first().innerText();
  await one.page.locator('.hp-main tbody th a').first().click();
  await one.page.waitForSelector('.hp-drawer');
  expect(await one.page.locator('.hp-drawer h2').first().innerText()).toBe(first);
  expectNoFaults(one);
  await one.context.close();
});

test('a file of a patch is put in with its origin and its scan, and comes out as it was', async () => {
  const one = await visit(browser);
  await signIn(one, 'engineer');
  await go(one, '/patches?open=KB5046615');
  await opened(one, 'Put a file in…');
  await one.page.setInputFiles('[role=dialog] input[type=file]', {
    name: 'update.msu',
    mimeType: 'application/octet-stream',
    buffer: FILE,
  });
  await one.page.fill('#file-origin', 'the vendor’s portal, fetched by M. Lind');
  await one.page.selectOption('#file-scan', 'found');
  await submit(one).click();
  await one.page.waitForSelector('[role=dialog] .hp-problem >> text=malware');
  await one.page.selectOption('#file-scan', 'clean');
  expect(await submit(one).isDisabled()).toBe(true);
  await one.page.fill('#file-scanner', 'scanner 1.4');
  await one.page.fill('#file-at', '2026-11-01T08:00');
  await shoot(one, 'patch-file');
  expect(await findings(one)).toEqual([]);
  await submit(one).click();
  await one.page.waitForSelector(`[role=dialog] >> text=${HASH}`);
  await one.page.keyboard.press('Escape');
  await settled(one);
  const drawer = await one.page.locator('.hp-drawer').innerText();
  expect(drawer).toContain('scanned, clean by scanner 1.4');
  expect(drawer).toContain('from the vendor’s portal, fetched by M. Lind');
  expect(drawer).toContain(HASH);
  await shoot(one, 'patch-files');
  expect(await findings(one)).toEqual([]);
  const [file] = await Promise.all([
    one.page.waitForEvent('download'),
    one.page.getByRole('link', { name: 'Download update.msu', exact: true }).first().click(),
  ]);
  expect(readFileSync(await file.path())).toEqual(FILE);
  expectNoFaults(one);
  await one.context.close();
});

test('a repository is read from a folder, and what it is not is told', async () => {
  const mirror = join(inject('folder'), 'mirror');
  mkdirSync(mirror, { recursive: true });
  const packages =
    'Package: nano\nVersion: 7.2-3\nArchitecture: amd64\nFilename: ./nano_7.2-3_amd64.deb\nSize: 9\nSHA256: abcd\n';
  const hash = createHash('sha256').update(packages).digest('hex');
  writeFileSync(join(mirror, 'Packages'), packages);
  writeFileSync(
    join(mirror, 'Release'),
    `Origin: Acme\nSHA256:\n ${hash} ${Buffer.byteLength(packages)} ./Packages\n`,
  );
  const one = await visit(browser);
  await signIn(one, 'administrator');
  await go(one, '/patches');
  await opened(one, 'Read a repository…');
  await one.page.fill('#repository-name', 'mirror of the office');
  await one.page.fill('#repository-place', `${mirror}-that-is-not-there`);
  await one.page.fill('#repository-suite', './');
  await one.page.fill('#repository-components', '');
  await shoot(one, 'patch-repository');
  expect(await findings(one)).toEqual([]);
  await submit(one).click();
  await one.page.waitForSelector('[role=dialog] .hp-problem');
  await one.page.fill('#repository-place', mirror);
  await submit(one).click();
  await one.page.waitForSelector('[role=dialog] [role=status] >> text=Patches kept of it');
  await shoot(one, 'patch-repository-read');
  expect(await findings(one)).toEqual([]);
  await one.page.keyboard.press('Escape');
  await one.page.waitForSelector('[role=dialog]', { state: 'detached' });
  await opened(one, 'Gather from advisories…');
  expect(await findings(one)).toEqual([]);
  await submit(one).click();
  await one.page.waitForSelector('[role=dialog] [role=status] >> text=As they were');
  await shoot(one, 'patch-gather');
  expectNoFaults(one);
  await one.context.close();
});

test('a file of the plant’s own and a script of its devices are written down as patches', async () => {
  const one = await visit(browser);
  await signIn(one, 'engineer');
  await go(one, '/patches');
  for (const [kind, name, then] of [
    ['file', 'plant-screen', 'Put its file in at the patch.'],
    ['script', 'historian-flush', 'Put the templates of its runs in at the patch'],
  ] as const) {
    await opened(one, 'Write a file or script down…');
    expect(await submit(one).isDisabled()).toBe(true);
    await one.page.selectOption('#own-kind', kind);
    await one.page.fill('#own-name', `${name} two words`);
    await one.page.fill('#own-version', '2');
    await one.page.fill('#own-title', 'Written down in a test');
    await one.page.fill('#own-publisher', 'Plant');
    await submit(one).click();
    await one.page.waitForSelector('[role=dialog] .hp-problem >> text=is no name of a file or a script');
    await one.page.fill('#own-name', name);
    expect(await findings(one)).toEqual([]);
    await submit(one).click();
    const done = `${kind} ${name} 2 is written down. ${then}`;
    await one.page.waitForSelector(`[role=dialog] [role=status] >> text=${done}`);
    expect(await findings(one)).toEqual([]);
    await one.page.keyboard.press('Escape');
    await one.page.waitForSelector('[role=dialog]', { state: 'detached' });
  }
  expectNoFaults(one);
  await one.context.close();
});

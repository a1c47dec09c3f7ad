// What crosses the gap, as the page shows it: bundles by the command line of the same program, an override by two people.

import { execFileSync } from 'node:child_process';
import { createPrivateKey, sign } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { expectNoFaults, go, launch, settled, shoot, signIn, type Visit, visit } from './visit';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const SITE = 'Halmstrand Coatings';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser?.close());

const place = (...parts: string[]) => join(inject('folder'), 'gap', ...parts);

/** Runs the program's command line on the data that the server serves. */
function run(...words: string[]): { out: string; code: number } {
  const all = ['--data-dir', inject('folder'), '-o', 'json', ...words];
  try {
    const env = { ...process.env, HOLDPOINT_TRANSFER_LEDGER: place('ledger.json') };
    const out = execFileSync(process.env.HOLDPOINT_BIN ?? '', all, { encoding: 'utf8', stdio: 'pipe', env });
    return { out, code: 0 };
  } catch (error) {
    const { status, stderr, stdout } = error as { status: number; stderr: string; stdout: string };
    return { out: stdout || stderr, code: status };
  }
}

function told(...words: string[]): Record<string, string> {
  const { out, code } = run(...words);
  expect(code, `${words.join(' ')}: ${out}`).toBe(0);
  return JSON.parse(out);
}

/** The server's key dates a paper anew: only for a test of what has expired. */
function dated(file: string, day: string) {
  const text = readFileSync(file, 'utf8');
  const at = text.indexOf('"signed":') + '"signed":'.length;
  const signed = text.slice(at, -1).replace(/"expires":"[^"]*"/, `"expires":"${day}"`);
  const seed = Buffer.from(readFileSync(place('server.key'), 'utf8').trim().split(' ')[1] ?? '', 'hex');
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const signature = sign(null, Buffer.from(signed), key).toString('hex');
  writeFileSync(file, `${text.slice(0, at)}${signed}}`.replace(/"sig":"[^"]*"/, `"sig":"${signature}"`));
}

/** An office with keys and roots, and a bundle with the approvals of a baseline. */
function office(): void {
  execFileSync('mkdir', ['-p', place('image')]);
  const keys = ['server', 'a', 'b'].map((name) => told('transfer', 'key', place(`${name}.key`)).public ?? '');
  const [server = '', a = '', b = ''] = keys;
  const root = ['transfer', 'root', '--online', server];
  told(...root, place('image/1.root.json'), '--offline', a, '--offline', b, '--threshold', '2');
  told(...root, place('order.root.json'), '--offline', server, '--threshold', '1');
  told('transfer', 'sign', place('order.root.json'), '--key', place('server.key'));
  told('transfer', 'stage', place('image'), '--baseline', 'Halmstrand operator stations');
  for (const key of ['a', 'b']) {
    told('transfer', 'sign', place('image/1.root.json'), '--key', place(`${key}.key`));
    told('transfer', 'sign', place('image/targets.json'), '--key', place(`${key}.key`));
  }
  told('--reason', 'by hand', 'transfer', 'pin', 'image', place('image/1.root.json'), '--site', SITE);
  told('--reason', 'by hand', 'transfer', 'pin', 'order', place('order.root.json'), '--site', SITE);
}

function bundle(name: string): string {
  const by = ['--order-root', place('order.root.json'), '--key', place('server.key')];
  told('transfer', 'export', place('image'), place(name), '--site', SITE, ...by, '--medium', 'STICK-7');
  return place(name);
}

async function accessible(one: Visit): Promise<void> {
  await one.page.evaluate(AXE);
  const found = await one.page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run(): Promise<{ violations: unknown[] }> } };
    return (await axe.run()).violations;
  });
  expect(found).toEqual([]);
}

test('bundles are listed with what was refused, and an expired one comes in by the word of two people', async () => {
  office();
  const first = bundle('one.zip');
  told('transfer', 'import', first, '--site', SITE, '--medium', 'STICK-7', '--carrier', 'K. Courier');
  expect(run('transfer', 'import', first, '--site', SITE).code).toBe(6);
  const second = bundle('two.zip');
  const old = place('old');
  execFileSync('python3', ['-m', 'zipfile', '-e', second, old]);
  dated(join(old, 'image/timestamp.json'), '2026-01-01T00:00:00Z');
  expect(run('transfer', 'import', old, '--site', SITE).out).toContain('"expired"');

  const asker = await visit(browser);
  await signIn(asker, 'engineer');
  await go(asker, '/transfer?filter=state%3Arefused');
  expect(await asker.page.locator('.hp-scroll').innerText()).toContain('was taken in already');
  await asker.page.getByRole('button', { name: 'Ask for an override' }).first().click();
  await asker.page.fill('#override-reason', 'the courier was ill');
  await asker.page.click('[role=dialog] button[type=submit]');
  await asker.page.waitForSelector('text=waits for a second person');
  await settled(asker);
  expectNoFaults(asker);

  const approver = await visit(browser);
  await signIn(approver, 'approver');
  await go(approver, '/transfer');
  await approver.page.getByRole('button', { name: 'Agree', exact: true }).click();
  await approver.page.waitForSelector('text=waits for a second person', { state: 'detached' });
  told('transfer', 'import', old, '--site', SITE, '--medium', 'STICK-7');
  await go(approver, '/transfer');
  expect(await approver.page.locator('.hp-scroll').innerText()).toContain('Taken in, expired');
  await approver.page.waitForSelector('text=Data that had expired was let in');
  expectNoFaults(approver);
});

test('what has no place is kept, listed with the reason, and tried again by a button', async () => {
  execFileSync('mkdir', ['-p', place('papers')]);
  writeFileSync(place('papers', 'not-a-paper.json'), 'a letter');
  told('transfer', 'stage', place('image'), '--papers', place('papers'));
  for (const key of ['a', 'b']) {
    told('transfer', 'sign', place('image/targets.json'), '--key', place(`${key}.key`));
  }
  const third = bundle('three.zip');
  const taken = run('transfer', 'import', third, '--site', SITE, '--medium', 'STICK-8');
  expect(taken.code, taken.out).toBe(7);
  expect(taken.out).toContain('not-a-paper.json');

  const one = await visit(browser);
  await signIn(one, 'engineer');
  await go(one, '/transfer');
  expect(await one.page.locator('.hp-scroll').innerText()).toContain('1 waiting');
  await one.page.getByRole('link', { name: 'See what waits, and why' }).click();
  await settled(one);
  expect(await one.page.locator('.hp-scroll').innerText()).toContain('not-a-paper.json');
  await one.page.getByRole('button', { name: 'Try again now' }).click();
  await one.page.waitForSelector('text=0 placed, 1 still waiting');
  await settled(one);
  await one.page.getByRole('button', { name: /^Try again: .*not-a-paper.json$/ }).click();
  await one.page.waitForSelector('text=0 placed, 1 still waiting');
  for (const theme of ['day', 'dusk', 'night']) {
    await one.page.evaluate((name) => localStorage.setItem('holdpoint.theme', name), theme);
    await go(one, '/transfer?tab=waiting');
    await shoot(one, `transfer-waiting-${theme}`);
    await accessible(one);
  }
  expectNoFaults(one);
  await one.context.close();
});

test('all columns of the bundles fit a window of 1,300 pixels', async () => {
  const one = await visit(browser);
  await signIn(one, 'engineer');
  await one.page.setViewportSize({ width: 1300, height: 900 });
  for (const path of ['/transfer', '/verification']) {
    await go(one, path);
    await shoot(one, `narrow${path.replace('/', '-')}`);
    const cut = await one.page.evaluate(() => {
      const list = document.querySelector('.hp-scroll');
      return list === null ? -1 : list.scrollWidth - list.clientWidth;
    });
    expect(cut, path).toBeLessThanOrEqual(0);
  }
  expectNoFaults(one);
  await one.context.close();
});

test.each(['day', 'dusk', 'night'])('the pages in the theme %s', async (theme) => {
  const one = await visit(browser);
  await one.page.addInitScript((name) => localStorage.setItem('holdpoint.theme', name), theme);
  await signIn(one, 'approver');
  await go(one, '/transfer');
  await shoot(one, `transfer-${theme}`);
  await accessible(one);
  await go(one, '/transfer?tab=approvals');
  expect(await one.page.locator('.hp-scroll').innerText()).toContain('Halmstrand operator stations');
  await shoot(one, `transfer-approvals-${theme}`);
  await accessible(one);
  await one.page.getByRole('link', { name: 'What was kept', exact: true }).click();
  await settled(one);
  const kept = await one.page.locator('.hp-scroll').innerText();
  expect(kept).toContain('approvals Halmstrand operator stations');
  expect(kept).toMatch(/[0-9a-f]{64}/);
  expect(kept).toContain(
    "holdpoint transfer kept 'Halmstrand Coatings' 'approvals Halmstrand operator stations' --to",
  );
  await shoot(one, `transfer-kept-${theme}`);
  await accessible(one);
  expectNoFaults(one);
  await one.context.close();
});

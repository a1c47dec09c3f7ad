// The devices' doors on their page: a code made here enrols a device by its own program, a client that shows up is accepted, and
// both are sent away again. The doors and the pages are those of a second process on the data of the demo.

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { expectNoFaults, go, launch, settled, shoot, signIn, type Visit, visit } from './visit';

const PROGRAM = process.env.HOLDPOINT_BIN ?? '';
const SITE = 'Halmstrand Coatings';
const place = (...parts: string[]) => join(inject('folder'), 'doors', ...parts);

function run(...words: string[]): string {
  const all = ['--data-dir', inject('folder'), '-o', 'json', ...words];
  return execFileSync(PROGRAM, all, { encoding: 'utf8', stdio: 'pipe' });
}

/** Serves the same data with both doors open: the demo has none. Gives the address of the pages and of each door. */
function doors(): Promise<{ child: ChildProcess; base: string; agents: string; ddi: string }> {
  const words = ['--agents', '127.0.0.1:0', '--ddi', '127.0.0.1:0', '--ddi-target-tokens'];
  const child = spawn(
    PROGRAM,
    ['--data-dir', inject('folder'), 'serve', '--listen', '127.0.0.1:0', ...words],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  return new Promise((resolve, reject) => {
    let printed = '';
    const hear = (text: unknown) => {
      printed += String(text);
      const agents = /Agents come in at ([\d.:]+);/.exec(printed)?.[1];
      const ddi = /client of their own come in at ([\d.:]+)/.exec(printed)?.[1];
      const base = /serves (https?:\/\/[^\s/]+)/.exec(printed)?.[1];
      if (agents && ddi && base) {
        resolve({ child, base, agents, ddi });
      }
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    child.on('exit', (code) => reject(new Error(`the doors ended with ${code}:\n${printed}`)));
  });
}

let browser: Browser;
let opened: Awaited<ReturnType<typeof doors>>;
let tag = '';
beforeAll(async () => {
  browser = await launch();
  mkdirSync(place(), { recursive: true });
  tag = JSON.parse(run('asset', 'list', '--filter', `site:"${SITE}"`)).items[0].tag;
  const key = JSON.parse(run('paper', 'key', place('a.key'))).public_key;
  run('paper', 'root', '--site', SITE, '--image-key', key, '--threshold', '1', '--to', place('root.json'));
  run('paper', 'sign', place('root.json'), '--key', place('a.key'));
  run('--reason', 'first root', 'paper', 'put', place('root.json'));
  opened = await doors();
}, 120_000);
afterAll(async () => {
  opened?.child.kill('SIGTERM');
  await browser?.close();
});

const row = (one: Visit, text: string) => one.page.locator('tbody tr', { hasText: text });

test('a code made on the page enrols a device, which is listed, and ended', async () => {
  const one = await visit(browser, opened.base);
  await signIn(one, 'engineer');
  await go(one, '/agents');
  expect(await one.page.innerText('main')).toContain('No device is enrolled');
  await shoot(one, 'agents-none');
  await one.page.getByRole('button', { name: 'Make a code' }).click();
  await one.page.fill('#asset', 'NO-SUCH-ASSET');
  await one.page.click('[role=dialog] button[type=submit]');
  await one.page.waitForSelector('[role=dialog] >> text=NO-SUCH-ASSET');
  await one.page.fill('#asset', tag);
  await one.page.click('[role=dialog] button[type=submit]');
  const line = await one.page.locator('[role=dialog] input[readonly]').inputValue();
  await shoot(one, 'agents-code');
  const words = line.replace('SERVER:PORT', opened.agents).split(' ').slice(1);
  const own = ['--state', place('state'), '--witness', place('seen')];
  execFileSync(PROGRAM, [...words, ...own], { stdio: 'pipe' });
  expect(() => execFileSync(PROGRAM, [...words, ...own], { stdio: 'pipe' })).toThrow();
  execFileSync(PROGRAM, ['agent', 'once', ...own], { stdio: 'pipe' });
  await one.page.getByRole('button', { name: 'Close', exact: true }).last().click();
  await go(one, '/agents');
  expect(await row(one, tag).innerText()).toContain('Enrolled');
  await shoot(one, 'agents');
  await go(one, '/agents?filter=ended%3Ano%20seen%3E30min');
  expect(await one.page.innerText('main')).not.toContain(tag);
  await go(one, '/agents');
  await one.page.getByRole('button', { name: `Revoke the agent of ${tag}` }).click();
  await one.page.fill('#reason', 'the panel was replaced');
  await one.page.click('[role=dialog] button[type=submit]');
  await row(one, tag).getByText('Ended: the panel was replaced').waitFor();
  await settled(one);
  expectNoFaults(one);
  await one.context.close();
}, 120_000);

test('a client that shows up waits for a person, who says which asset it is or sends it away', async () => {
  const poll = (token: string) =>
    fetch(`http://${opened.ddi}/DEFAULT/controller/v1/panel-1`, {
      headers: { authorization: `TargetToken ${token}` },
    });
  expect((await poll('guess')).status).toBe(401);
  const one = await visit(browser, opened.base);
  await signIn(one, 'engineer');
  await go(one, '/agents?tab=clients');
  expect(await row(one, 'panel-1').innerText()).toContain('Waits for a person');
  await one.page.getByRole('button', { name: 'Accept panel-1' }).click();
  await one.page.fill('#client-asset', tag);
  await shoot(one, 'agents-accept');
  await one.page.click('[role=dialog] button[type=submit]');
  const token = await one.page.locator('[role=dialog] input[readonly]').inputValue();
  expect((await poll(token)).status).toBe(200);
  await one.page.getByRole('button', { name: 'Close', exact: true }).last().click();
  await row(one, 'panel-1').getByText('Accepted').waitFor();
  await shoot(one, 'agents-clients');
  await one.page.getByRole('button', { name: 'Refuse panel-1' }).click();
  await one.page.fill('#client-reason', 'not ours');
  await one.page.click('[role=dialog] button[type=submit]');
  await row(one, 'panel-1').getByText('Refused').waitFor();
  expect((await poll(token)).status).toBe(404);
  expectNoFaults(one);
  await one.context.close();
}, 120_000);

test('hosts over SSH are listed, and who only reads is offered nothing', async () => {
  const pinned = `SHA256:${'a'.repeat(43)}`;
  run('line', 'put', tag, '192.0.2.7', '--account', 'engineer', '--fingerprint', pinned);
  const one = await visit(browser, opened.base);
  await signIn(one, 'viewer');
  await go(one, '/agents?tab=hosts');
  expect(await row(one, tag).innerText()).toContain('192.0.2.7');
  await shoot(one, 'agents-hosts');
  await go(one, '/agents?tab=clients');
  expect(await row(one, 'panel-1').innerText()).toContain('Refused');
  expect(await one.page.getByRole('button', { name: 'Accept panel-1' }).count()).toBe(0);
  await go(one, '/agents');
  expect(await one.page.getByRole('button', { name: 'Make a code' }).count()).toBe(0);
  expect(await one.page.getByRole('button', { name: 'Revoke' }).count()).toBe(0);
  run('line', 'forget', tag);
  expectNoFaults(one);
  await one.context.close();
}, 120_000);

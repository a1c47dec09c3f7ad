// A visit to the pages with a real browser, which keeps count of everything that must not happen: errors of the
// page, violations of its policy, requests to anywhere else.

import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { expect, inject } from 'vitest';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

const QUIET = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const SCREENSHOTS = join(import.meta.dirname, '..', 'screenshots');

export function launch(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM || CHROMIUM.find((path) => existsSync(path));
  if (!executablePath) {
    throw new Error('Chromium is missing; install it, or name it in CHROMIUM');
  }
  return chromium.launch({ executablePath, args: QUIET });
}

export interface Visit {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly base: string;
  /** What must not happen, in the order in which it did. */
  readonly faults: string[];
}

/** Begins a visit; nobody is signed in. */
export async function visit(browser: Browser, base: string = inject('base')): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: 1600, height: 1000 } });
  const page = await context.newPage();
  const faults: string[] = [];
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      console.error(`policy violated: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
    });
  });
  page.on('pageerror', (error) => faults.push(`error of the page: ${error.message}`));
  page.on('console', (message) => {
    // A refusal is an answer like any other; the browser reports it all the same.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
      faults.push(`console: ${message.text()}`);
    }
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(`${base}/`) && !request.url().startsWith('data:')) {
      faults.push(`request to another place: ${request.url()}`);
    }
  });
  return { page, context, base, faults };
}

/** Signs in by the page, as somebody with that role. */
export async function signIn(one: Visit, role: string): Promise<void> {
  const account = inject('accounts').find((account) => account.role === role);
  if (!account) {
    throw new Error(`the demo has nobody with the role ${role}`);
  }
  await signInAs(one, account.name);
}

/** Signs in as somebody of the demo. */
export async function signInAs(one: Visit, name: string): Promise<void> {
  const password = inject('accounts').find((account) => account.name === name)?.password ?? '';
  await one.page.goto(`${one.base}/sign-in`);
  await one.page.fill('#name', name);
  await one.page.fill('#password', password);
  await one.page.click('button[type=submit]');
  await one.page.waitForSelector('.hp-frame');
}

/** Goes to an address and waits until everything has arrived. */
export async function go(one: Visit, path: string): Promise<void> {
  await one.page.goto(`${one.base}${path}`);
  await settled(one);
}

/** Waits until the page has asked for all that it needs, and has it. */
export async function settled(one: Visit): Promise<void> {
  // What a click sets off begins within two frames.
  await one.page.evaluate(
    () =>
      new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 30)))),
  );
  await one.page.waitForFunction(
    () =>
      document.querySelector('h1, h2') !== null &&
      document.querySelector('[data-busy], .hp-loading') === null &&
      // What is still fading in has colours that nobody chose.
      document
        .getAnimations()
        .every((one) => one.playState !== 'running' || one.effect?.getComputedTiming().endTime === Infinity),
  );
}

/** Goes to a list and waits until it has that many rows: findings are judged behind an import, not within it. */
export async function goUntilListed(one: Visit, path: string, count: number): Promise<void> {
  for (let left = 60; left > 0; left -= 1) {
    await go(one, path);
    if ((await listedCount(one)) === count) {
      return;
    }
    await one.page.waitForTimeout(500);
  }
  expect(await listedCount(one), path).toBe(count);
}

/** The number of rows that the list says it has. */
export async function listedCount(one: Visit): Promise<number> {
  await settled(one);
  const text = await one.page.locator('.hp-count').innerText();
  return Number(text.replaceAll(',', ''));
}

export async function shoot(one: Visit, name: string): Promise<void> {
  mkdirSync(SCREENSHOTS, { recursive: true });
  await one.page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) });
}

export function expectNoFaults(one: Visit): void {
  expect(one.faults).toEqual([]);
}

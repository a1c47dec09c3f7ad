// Dialogs and rows that no other file opens: each in every theme with nothing that axe finds, opened, filled and left by the
// keyboard. It has a program of its own, because it says things that the others would count.

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findings } from './axe';
import { type Running, start } from './program';
import { expectNoFaults, go, launch, settled, shoot, signIn, type Visit, visit } from './visit';

const THEMES = ['day', 'dusk', 'night'] as const;

let browser: Browser;
let program: Running;
let engineer: Visit;
let approver: Visit;

async function arrive(role: string): Promise<Visit> {
  const one = await visit(browser, program.base);
  await signIn(one, role);
  return one;
}

/** Asks the API as whoever is signed in on the page. */
async function api<Answer>(one: Visit, method: string, path: string, body?: unknown): Promise<Answer> {
  const said = await one.page.evaluate(
    async ([how, where, what]) => {
      const answer = await fetch(`/api/v1${where}`, {
        method: how as string,
        headers: { 'content-type': 'application/json' },
        ...(how === 'GET' ? {} : { body: JSON.stringify(what) }),
      });
      return { status: answer.status, text: await answer.text() };
    },
    [method, path, body] as const,
  );
  expect(said.status, `${method} ${path}: ${said.text}`).toBeLessThan(300);
  return (said.text === '' ? undefined : JSON.parse(said.text)) as Answer;
}

beforeAll(async () => {
  browser = await launch();
  program = await start('demo');
  [engineer, approver] = [await arrive('engineer'), await arrive('approver')];
});
afterAll(async () => {
  await browser?.close();
  program?.stop();
});

async function inTheme(one: Visit, theme: string, path: string): Promise<void> {
  await one.page.evaluate((name) => localStorage.setItem('holdpoint.theme', name), theme);
  await go(one, path);
}

/** Opens a dialog by Enter on its button; the focus must be inside of it. */
async function opened(one: Visit, name: string): Promise<void> {
  await one.page.getByRole('button', { name, exact: true }).first().focus();
  await one.page.keyboard.press('Enter');
  await one.page.waitForSelector('[role=dialog]');
  await settled(one);
  const inside = () => document.activeElement?.closest('[role=dialog]') !== null;
  await one.page.waitForFunction(inside);
}

/** Leaves a dialog by Escape; the focus goes back to what opened it. */
async function left(one: Visit, name: string): Promise<void> {
  await one.page.keyboard.press('Escape');
  await one.page.waitForSelector('[role=dialog]', { state: 'detached' });
  await one.page.waitForFunction((name) => document.activeElement?.textContent?.trim() === name, name);
}

/** Every field of a dialog is reached by Tab, and none of them is outside of it. */
async function tabsThrough(one: Visit): Promise<void> {
  const fields = await one.page.locator('[role=dialog] :is(input, select, textarea):not(:disabled)').count();
  const seen = new Set<string>();
  for (let at = 0; at < fields + 6; at += 1) {
    await one.page.keyboard.press('Tab');
    const now = await one.page.evaluate(() => {
      const on = document.activeElement;
      return { id: on?.id ?? '', inside: on?.closest('[role=dialog]') !== null };
    });
    expect(now.inside).toBe(true);
    seen.add(now.id);
  }
  expect(seen.size).toBeGreaterThan(Math.min(fields, 1));
}

/** A dialog in every theme: seen, without findings, and left by the keyboard. */
async function dialogInEachTheme(one: Visit, path: string, name: string, picture: string): Promise<void> {
  for (const theme of THEMES) {
    await inTheme(one, theme, path);
    await opened(one, name);
    await shoot(one, `${picture}-${theme}`);
    expect(await findings(one), theme).toEqual([]);
    if (theme === 'day') {
      await tabsThrough(one);
    }
    await left(one, name);
  }
  expectNoFaults(one);
}

async function pageInEachTheme(one: Visit, path: string, picture: string): Promise<void> {
  for (const theme of THEMES) {
    await inTheme(one, theme, path);
    await shoot(one, `${picture}-${theme}`);
    expect(await findings(one), theme).toEqual([]);
  }
  expectNoFaults(one);
}

test('a supplier’s word is entered by keyboard, and what is refused is told in the dialog', async () => {
  const one = engineer;
  await dialogInEachTheme(one, '/qualification', 'Enter a statement…', 'enter-statement');
  await opened(one, 'Enter a statement…');
  const fields = { publisher: 'Acme', vendor: 'Acme', product: 'Historian', patch_vendor: 'Microsoft' };
  const more = { identifier: 'KB5046615', word: 'should work', reference: 'letter of 3 November' };
  for (const [field, text] of Object.entries({ ...fields, ...more })) {
    await one.page.focus(`#enter-${field}`);
    await one.page.keyboard.type(text);
  }
  await one.page.selectOption('#enter-state', { index: 1 });
  await one.page.focus('#enter-reason');
  await one.page.keyboard.type('as the letter says');
  expect(await one.page.locator('[role=dialog] button[type=submit]').isEnabled()).toBe(true);
  await one.page.locator('[role=dialog] button[type=submit]').focus();
  await one.page.keyboard.press('Enter');
  await one.page.waitForFunction(
    () =>
      document.querySelector('[role=dialog]') === null ||
      document.querySelector('[role=dialog] .hp-problem, [role=dialog] [role=alert]') !== null,
  );
  expect(await findings(one)).toEqual([]);
  expectNoFaults(one);
});

test('a test run is begun from a dialog that the keyboard reaches whole', async () => {
  await dialogInEachTheme(engineer, '/tests', 'Begin a run…', 'begin-run');
});

test('what a deed would do is shown before it is done, in every theme', async () => {
  const one = engineer;
  for (const theme of THEMES) {
    await inTheme(one, theme, '/findings');
    for (const key of ['j', 'x', 'j', 'x', 'd']) {
      await one.page.keyboard.press(key);
    }
    await one.page.waitForSelector('[role=dialog] #reason');
    await one.page.waitForSelector('[role=dialog] .hp-preview strong');
    await settled(one);
    await shoot(one, `triage-preview-${theme}`);
    expect(await findings(one), theme).toEqual([]);
    await one.page.keyboard.press('Escape');
    await one.page.waitForSelector('[role=dialog]', { state: 'detached' });
  }
  expectNoFaults(one);
});

test('a certificate for functional safety is asked for where much hangs on an asset', async () => {
  const one = engineer;
  const list = await api<{ items: { id: string }[] }>(
    one,
    'GET',
    `/assets?filter=${encodeURIComponent('kind:safety-controller')}&limit=1`,
  );
  const id = list.items[0]?.id ?? '';
  expect(id).not.toBe('');
  await pageInEachTheme(one, `/assets/${id}`, 'asset-certificate');
  expect(await one.page.innerText('.hp-page')).toMatch(/certificate/i);
});

test('a window whose start falls into a clock change says so', async () => {
  const one = engineer;
  const made = await api<{ id: string }>(one, 'POST', '/windows', {
    name: 'Sundays at half past two',
    kind: 'maintenance',
    reach: 'site',
    on: 'Halmstrand Coatings',
    first: '2027-03-07T02:30',
    minutes: 240,
    length: 'wall',
    rule: 'FREQ=WEEKLY',
    people: 1,
    steps: 1,
  });
  await pageInEachTheme(one, `/windows/${made.id}`, 'window-remark');
  expect(await one.page.locator('.hp-stack [class*="alert"]').count()).toBeGreaterThan(0);
});

test('what counts for less waits for a second person, who answers by keyboard', async () => {
  const says = async (production: string, why: string) => {
    await go(engineer, '/assets/HC-PLC-29');
    await opened(engineer, 'Criticality…');
    await engineer.page.selectOption('#lost-production', production);
    await engineer.page.fill('[role=dialog] #reason', why);
    await engineer.page.locator('[role=dialog] button[type=submit]').click();
    await engineer.page.waitForSelector('[role=dialog]', { state: 'detached' });
    await settled(engineer);
  };
  await says('catastrophic', 'no spare compressor');
  await says('minor', 'a second one was bought');
  await pageInEachTheme(approver, '/criticality?tab=waiting', 'criticality-waiting');
  await approver.page
    .getByRole('button', { name: /^Agree/ })
    .first()
    .focus();
  await approver.page.keyboard.press('Enter');
  await approver.page.waitForSelector('[role=dialog]');
  await settled(approver);
  await shoot(approver, 'criticality-agree');
  expect(await findings(approver)).toEqual([]);
  await approver.page.fill('[role=dialog] #reason', 'looked at the drawing');
  await approver.page.keyboard.press('Enter');
  await approver.page.waitForSelector('[role=dialog]', { state: 'detached' });
  await settled(approver);
  expect(await approver.page.getByRole('button', { name: /^Agree/ }).count()).toBe(0);
  expectNoFaults(approver);
});

test('that less risk is left is said by one of those who signed', async () => {
  const all = await api<{ items: { id: string }[] }>(approver, 'GET', '/exemptions?limit=50');
  for (const { id } of all.items) {
    await go(approver, `/deferrals?open=${id}`);
    const button = approver.page.getByRole('button', { name: 'Less risk is left…', exact: true });
    if ((await button.count()) > 0) {
      await dialogInEachTheme(approver, `/deferrals?open=${id}`, 'Less risk is left…', 'lower-risk');
      return;
    }
  }
  expect(all.items.length, 'no exemption of the demo can be lowered by the approver').toBe(-1);
});

describe('a stop is lifted by two persons', () => {
  test('one asks and names each failed step, another agrees', async () => {
    const stopped = await api<{ items: { plan_id: string }[] }>(
      engineer,
      'GET',
      `/deployments?filter=${encodeURIComponent('state:stopped')}`,
    );
    const path = `/deployments/${stopped.items[0]?.plan_id}`;
    await dialogInEachTheme(engineer, path, 'Lift the stop', 'lift');
    await opened(engineer, 'Lift the stop');
    for (const box of await engineer.page.locator('[role=dialog] input[type=checkbox]').all()) {
      await box.focus();
      await engineer.page.keyboard.press('Space');
    }
    await engineer.page.fill('#reason', 'the cause is known and repaired');
    await engineer.page.keyboard.press('Enter');
    await engineer.page.waitForSelector('[role=dialog]', { state: 'detached' });
    await pageInEachTheme(approver, path, 'lift-asked');
    await approver.page.locator('.hp-note').getByRole('button').first().focus();
    await approver.page.keyboard.press('Enter');
    await approver.page.waitForSelector('[role=dialog]');
    await settled(approver);
    await shoot(approver, 'lift-agree');
    expect(await findings(approver)).toEqual([]);
    await approver.page.locator('[role=dialog] button[type=submit]').click();
    await approver.page.waitForSelector('[role=dialog]', { state: 'detached' });
    await settled(approver);
    expectNoFaults(approver);
  });
});

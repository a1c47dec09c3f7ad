// A plan is carried out in the browser: begun, held, checked, paused, given to a person on paper, told and read back. It has a
// program of its own, because it adds a site. The surprise: it waits for the window to open, up to two minutes.

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findings } from './axe';
import { type Running, start } from './program';
import {
  expectNoFaults,
  go,
  launch,
  listedCount,
  settled,
  shoot,
  signIn,
  signInAs,
  type Visit,
  visit,
} from './visit';

const THEMES = ['day', 'dusk', 'night'] as const;
const ASSETS =
  'asset_tag,site,zone,kind,vendor,product,safety_consequence,production_consequence,environment_consequence,quality_consequence,data_consequence\n' +
  [1, 2, 3].map((n) => `TH-SRV-${n},Testholm,Z3,server,Acme,Historian,none,minor,none,none,none`).join('\n');

let browser: Browser;
let program: Running;
let engineer: Visit;
let approver: Visit;
let plan: string;

/** Asks the API as whoever is signed in on the page. */
async function api<Answer>(one: Visit, method: string, path: string, body?: unknown): Promise<Answer> {
  const said = await one.page.evaluate(
    async ([how, where, what]) => {
      const text = typeof what === 'string';
      const answer = await fetch(`/api/v1${where}`, {
        method: how as string,
        headers: { 'content-type': text ? 'application/octet-stream' : 'application/json' },
        ...(how === 'GET' ? {} : { body: text ? what : JSON.stringify(what) }),
      });
      return { status: answer.status, text: await answer.text() };
    },
    [method, path, body] as const,
  );
  expect(said.status, `${method} ${path}: ${said.text}`).toBeLessThan(300);
  return (said.text === '' ? undefined : JSON.parse(said.text)) as Answer;
}

/** The next full minute that is at least half a minute away. */
function opens(): string {
  return new Date(Math.ceil((Date.now() + 30_000) / 60_000) * 60_000).toISOString().slice(0, 16);
}

async function prepared(): Promise<string> {
  await api(engineer, 'POST', '/assets:import?name=testholm.csv', ASSETS);
  await api(engineer, 'POST', '/baselines', {
    name: 'Testholm servers',
    scope: { kind: 'server', vendor: 'Acme', product: 'Historian' },
  });
  // It takes servers over from a baseline that is there, so a second person puts it in force.
  await api(approver, 'POST', '/baselines/Testholm%20servers/force', { reason: 'looked at both' });
  const rows = await api<{ items: { state: string }[] }>(engineer, 'POST', '/decisions:approve', {
    baseline: 'Testholm servers',
    patches: ['KB5046615'],
    footing: 'no_vendor_qualification',
    footing_reason: 'no control system runs on it',
    posting: 'at_once',
    reason: 'monthly round',
    inspection: 'documentation only',
  });
  const id = rows.items[0]?.state ?? '';
  const card = await api<{ hash: string }>(approver, 'GET', `/decisions/${id}`);
  await api(approver, 'POST', '/decisions:sign', { decisions: [{ id, shown: card.hash }] });
  await api(engineer, 'PUT', '/work-profiles', {
    patch: 'KB5046615',
    kind: 'server',
    work_minutes: 20,
    undo_minutes: 10,
    people: 1,
    way_back: 'by-hand',
    way_back_by: 'put the image of the evening back',
  });
  const rules = await api<Record<string, unknown>>(engineer, 'GET', '/sites/Testholm/planning-rules');
  await api(engineer, 'PUT', '/sites/Testholm/planning-rules', { ...rules, soak_minutes: 60 });
  await api(engineer, 'POST', '/windows', {
    name: 'Testholm outage',
    kind: 'outage',
    reach: 'site',
    on: 'Testholm',
    time_zone: 'UTC',
    first: opens(),
    minutes: 2_880,
    people: 3,
    steps: 3,
  });
  const drafted = await api<{ plans: { id: string; steps: number }[] }>(engineer, 'POST', '/plans:propose', {
    title: 'Historians of Testholm',
    assets: ['TH-SRV-1', 'TH-SRV-2', 'TH-SRV-3'],
    patches: ['KB5046615'],
    days: 10,
    lead_minutes: 1,
  });
  expect(drafted.plans[0]?.steps).toBe(3);
  const made = drafted.plans[0]?.id ?? '';
  await api(engineer, 'POST', `/plans/${made}/submit`, { reason: 'ready' });
  await api(approver, 'POST', `/plans/${made}/release`, { reason: 'go' });
  return made;
}

beforeAll(async () => {
  browser = await launch();
  program = await start('demo');
  [engineer, approver] = [await visit(browser, program.base), await visit(browser, program.base)];
  await signIn(engineer, 'engineer');
  await signIn(approver, 'approver');
  plan = await prepared();
});
afterAll(async () => {
  await browser?.close();
  program?.stop();
});

async function press(one: Visit, name: string): Promise<void> {
  await one.page.getByRole('button', { name, exact: true }).click();
}

async function send(one: Visit): Promise<void> {
  await one.page.locator('[role=dialog] button[type=submit]').click();
  await one.page.waitForSelector('[role=dialog]', { state: 'detached' });
  await settled(one);
}

async function theme(one: Visit, name: string): Promise<void> {
  await one.page.evaluate((theme) => localStorage.setItem('holdpoint.theme', theme), name);
  await one.page.reload();
  await settled(one);
}

/** The page as it stands in each theme: a picture, and nothing that axe finds. */
async function inEachTheme(one: Visit, name: string): Promise<void> {
  for (const each of THEMES) {
    await theme(one, each);
    await shoot(one, `${name}-${each}`);
    expect(await findings(one)).toEqual([]);
  }
  await theme(one, 'day');
}

test('a released plan is begun, shows its waves and holds, and is paused and goes on', async () => {
  const one = engineer;
  await go(one, `/plans/${plan}`);
  await press(one, 'Begin');
  await send(one);
  await one.page.waitForSelector('.hp-step-tiles');
  expect(await one.page.locator('.hp-step-tiles > li').count()).toBe(3);
  expect(await one.page.locator('.hp-hold').count()).toBe(1);
  await press(one, 'Pause');
  await one.page.fill('#reason', 'a storm is coming');
  await shoot(one, 'deployment-pause');
  await send(one);
  await one.page.waitForSelector('.hp-note >> text=a storm is coming');
  await press(one, 'Go on');
  await send(one);
  await one.page.waitForSelector('.hp-note', { state: 'detached' });
  await inEachTheme(one, 'deployment');
  await go(one, `/deployments/${plan}?tab=steps`);
  expect(await listedCount(one)).toBe(3);
  await shoot(one, 'deployment-steps');
  expect(await findings(one)).toEqual([]);
  await go(one, '/deployments?filter=title~Testholm');
  expect(await listedCount(one)).toBe(1);
  await inEachTheme(one, 'deployments');
  expectNoFaults(one);
});

test('a check of the outside is added, says what it was answered, and is taken away', async () => {
  const one = engineer;
  await go(one, `/deployments/${plan}?tab=checks`);
  await one.page.waitForSelector('text=Nothing is asked outside');
  await press(one, 'Add a check');
  await one.page.fill('#check-name', 'mill stands');
  await one.page.fill('#check-address', '127.0.0.1');
  await one.page.fill('#check-port', '1');
  await shoot(one, 'check-add');
  expect(await findings(one)).toEqual([]);
  await send(one);
  await one.page.waitForSelector('.hp-checks >> text=mill stands');
  await press(one, 'Add a check');
  await one.page.fill('#check-name', 'permit of the mill');
  await one.page.selectOption('#check-kind', 'opc_ua');
  await one.page.fill('#check-endpoint', 'opc.tcp://127.0.0.1:1/');
  await one.page.fill('#check-node', 'ns=2;s=Permit');
  await shoot(one, 'check-add-opc-ua');
  expect(await findings(one)).toEqual([]);
  await send(one);
  await one.page.waitForSelector(
    '.hp-checks >> text=ns=2;s=Permit must be true and at most 3600 seconds old',
  );
  await inEachTheme(one, 'deployment-checks');
  // Whoever drafted and began the plan does not take away what holds it back.
  await one.page.getByRole('button', { name: 'Take away: permit of the mill' }).click();
  await one.page.fill('#reason', 'there is another');
  await one.page.locator('[role=dialog] button[type=submit]').click();
  await one.page.waitForSelector('[role=dialog] >> text=ask a person who has no hand in the plan');
  await one.page.keyboard.press('Escape');
  const other = await visit(browser, program.base);
  await signInAs(other, 'nils.berge');
  await go(other, `/deployments/${plan}?tab=checks`);
  for (const [name, why] of [
    ['permit of the mill', 'there is another'],
    ['mill stands', 'it was the wrong mill'],
  ] as const) {
    await other.page.getByRole('button', { name: `Take away: ${name}` }).click();
    await other.page.fill('#reason', why);
    await send(other);
  }
  await other.page.waitForSelector('text=Nothing is asked outside');
  expectNoFaults(other);
  await other.context.close();
  expectNoFaults(one);
});

test('a step is given to a person, whose sheet fits a tablet and paper, and only a reading verifies it', async () => {
  const one = engineer;
  await go(one, `/deployments/${plan}/steps/1`);
  await press(one, 'Restart by the program');
  await shoot(one, 'step-say');
  await send(one);
  await one.page.waitForSelector('text=What was said');
  await inEachTheme(one, 'step');
  await press(one, 'Give it to a person');
  await one.page.fill('#technician', 'K. Technician');
  await send(one);
  await one.page.waitForSelector('.hp-sheet');
  expect(await one.page.innerText('.hp-sheet')).toContain('TH-SRV-1');
  const sheet = one.page.url().slice(program.base.length);
  await inEachTheme(one, 'work-order');
  await tablet(one);
  await stick(one, sheet);
  await begins(one, sheet);
  await press(one, 'Tell what was done');
  expect(await findings(one)).toEqual([]);
  await shoot(one, 'work-order-tell');
  await send(one);
  await one.page.waitForSelector('.hp-sheet >> text=What came back');
  await one.page.waitForTimeout(2_500);
  await press(one, 'Write a reading');
  await one.page.fill('#observe-read', 'shown in the properties of the program');
  await shoot(one, 'work-order-read');
  await send(one);
  await go(one, '/work-orders?filter=site:Testholm');
  expect(await listedCount(one)).toBe(1);
  await inEachTheme(one, 'work-orders');
  await go(one, `/deployments/${plan}/steps/1`);
  await one.page.waitForSelector('text=Verified, soaks');
  await shoot(one, 'step-verified');
  await go(one, '/verification?filter=site:Testholm');
  expect(await listedCount(one)).toBe(1);
  await inEachTheme(one, 'verification');
  expectNoFaults(one);
}, 300_000);

/** A stick is made on the page of the order and taken on the page of all: nobody has written into it yet. */
async function stick(one: Visit, sheet: string): Promise<void> {
  await go(one, sheet);
  const saved = one.page.waitForEvent('download');
  await press(one, 'Make a stick');
  const file = await (await saved).path();
  await one.page.waitForSelector('text=The stick was made');
  await go(one, '/work-orders');
  await press(one, 'Take a stick’s results');
  await one.page.waitForSelector('[role=dialog]');
  await shoot(one, 'stick-take');
  expect(await findings(one)).toEqual([]);
  await one.page.setInputFiles('[role=dialog] input[type=file]', file);
  await one.page.locator('[role=dialog] button[type=submit]').click();
  await one.page.waitForSelector('[role=dialog] >> text=Not filled in');
  await shoot(one, 'stick-taken');
  expect(await findings(one)).toEqual([]);
  await one.page.keyboard.press('Escape');
  await one.page.waitForSelector('[role=dialog]', { state: 'detached' });
}

/** A tablet and a sheet of paper show all of it without a bar to the side. */
async function tablet(one: Visit): Promise<void> {
  await one.page.setViewportSize({ width: 820, height: 1180 });
  await settled(one);
  await shoot(one, 'work-order-tablet');
  expect(await findings(one)).toEqual([]);
  const wide = await one.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(wide).toBeLessThanOrEqual(0);
  await one.page.emulateMedia({ media: 'print' });
  await shoot(one, 'work-order-print');
  for (const part of ['.hp-work-actions', '.hp-top', '.hp-nav', '.hp-demo']) {
    expect(await one.page.locator(part).isVisible(), part).toBe(false);
  }
  await one.page.emulateMedia({ media: null });
  await one.page.setViewportSize({ width: 1600, height: 1000 });
}

/** Begins the work as soon as the window is open; until then it is refused in words. */
async function begins(one: Visit, sheet: string): Promise<void> {
  for (let tries = 0; tries < 20; tries += 1) {
    await go(one, sheet);
    await press(one, 'Begin');
    for (const box of await one.page.locator('[role=dialog] input[type=checkbox]').all()) {
      await box.check();
    }
    if (tries === 0) {
      await shoot(one, 'work-order-begin');
      expect(await findings(one)).toEqual([]);
    }
    await one.page.locator('[role=dialog] button[type=submit]').click();
    await one.page.waitForFunction(() => !document.querySelector('[role=dialog] .pf-m-in-progress'));
    await one.page.waitForTimeout(300);
    if ((await one.page.locator('[role=dialog]').count()) === 0) {
      await settled(one);
      return;
    }
    await shoot(one, 'work-order-not-yet');
    await one.page.waitForTimeout(8_000);
  }
  throw new Error('the window never opened');
}

test('the dialogs of the calendar are clean', async () => {
  const one = engineer;
  await go(one, '/calendar');
  for (const [name, picture] of [
    ['New window', 'calendar-new'],
    ['Import calendar', 'calendar-import'],
    ['Subscribe', 'calendar-subscribe'],
    ['Find a place', 'calendar-slot'],
  ] as const) {
    await press(one, name);
    await one.page.waitForSelector('[role=dialog]');
    await settled(one);
    await shoot(one, picture);
    expect(await findings(one), name).toEqual([]);
    await one.page.keyboard.press('Escape');
    await one.page.waitForSelector('[role=dialog]', { state: 'detached' });
  }
  expectNoFaults(one);
});

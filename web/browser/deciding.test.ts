// Signing and what belongs to it, by the pages: many of low risk at once, a right that was lent, a kind of change approved
// beforehand, an emergency with the clock of its review, and an exemption that is renewed.

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectNoFaults, go, goUntilListed, launch, shoot, signInAs, type Visit, visit } from './visit';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser?.close());

/** Several people sign in one after the other. */
const PATIENT = { timeout: 240_000 };

async function as(name: string): Promise<Visit> {
  const one = await visit(browser);
  await signInAs(one, name);
  return one;
}

async function leave(one: Visit): Promise<void> {
  expectNoFaults(one);
  await one.context.close();
}

async function submit(one: Visit): Promise<void> {
  await one.page.locator('[role=dialog] button[type=submit]').click();
}

function inDays(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
}

/** Gateways of which little hangs on each, in every respect, with an open finding that nobody exploits. */
const LITTLE =
  'asset_tag,site,zone,kind,vendor,product,firmware_version,safety_consequence,production_consequence,environment_consequence,quality_consequence,data_consequence\n' +
  [1, 2, 3]
    .map(
      (n) =>
        `TT-GW-9${n},Tornholm Tank Terminal,Porch,gateway,HMS Networks,EWON FLEXY 202,14.2s0,none,minor,none,none,none`,
    )
    .join('\n');

test('many of low risk are signed at once, and one by a person who was lent the right', PATIENT, async () => {
  const author = await as('marek.lind');
  const taken = await author.page.evaluate(async (rows) => {
    const headers = { 'content-type': 'application/octet-stream' };
    return (await fetch('/api/v1/assets:import?name=porch.csv', { method: 'POST', headers, body: rows }))
      .status;
  }, LITTLE);
  expect(taken).toBeLessThan(300);
  // Of assets that come later one person's word that little is lost is not enough.
  const second = await as('jonas.krogh');
  const agreed = await second.page.evaluate(async () => {
    const listed = await (await fetch('/api/v1/lowerings')).json();
    const rows: { id: string; name: string }[] = Array.isArray(listed) ? listed : listed.items;
    const ids = rows.filter((row) => row.name.startsWith('TT-GW-9')).map((row) => row.id);
    const body = JSON.stringify({ ids, reason: 'seen at the porch' });
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch('/api/v1/lowerings:agree', { method: 'POST', headers, body });
    return [ids.length, answer.status];
  });
  expect(agreed).toEqual([3, 200]);
  await leave(second);
  await goUntilListed(author, `/findings?filter=${encodeURIComponent('zone:Porch')}`, 3);
  for (const key of ['j', 'x', 'j', 'x', 'j', 'x', 'n']) {
    await author.page.keyboard.press(key);
  }
  await author.page.waitForSelector('[role=dialog] #reason');
  await author.page.keyboard.type('the service is not installed on them');
  await author.page.waitForSelector('[role=dialog] .hp-preview strong >> text=3 of 3');
  await author.page.waitForSelector('[role=dialog] button[type=submit]:not([disabled])');
  await author.page.keyboard.press('Enter');
  await author.page.waitForSelector('[role=dialog]', { state: 'detached' });
  await leave(author);

  const signer = await as('jonas.krogh');
  await go(signer, '/approvals');
  await signer.page.getByRole('button', { name: /^Sign \d+ of low risk/ }).click();
  const mine = signer.page.locator('[role=dialog] .pf-v6-c-check', {
    hasText: 'the service is not installed on them',
  });
  const all = await signer.page.locator('[role=dialog] input[type=checkbox]').count();
  expect(await mine.count()).toBe(3);
  await mine.first().locator('input').uncheck();
  await signer.page.fill('[role=dialog] #note', 'looked at together');
  await shoot(signer, 'bulk-sign');
  await submit(signer);
  await signer.page.waitForSelector('[role=dialog] ul[role=status]');
  const came = await signer.page.locator('[role=dialog] ul[role=status] li').allInnerTexts();
  expect(came).toHaveLength(all - 1);
  expect(came.filter((row) => row.includes('The decision holds')).length).toBeGreaterThanOrEqual(2);
  await signer.page.keyboard.press('Escape');
  await go(signer, '/approvals?tab=delegations');
  await signer.page.getByRole('button', { name: 'Lend my right…' }).click();
  await signer.page.fill('#lend-to', 'aino.salmela');
  await signer.page.fill('#lend-until', inDays(4));
  await signer.page.fill('#lend-reason', 'a week at sea');
  await submit(signer);
  await signer.page.locator('tbody tr', { hasText: 'aino.salmela' }).waitFor();
  await leave(signer);

  const deputy = await as('aino.salmela');
  await go(deputy, '/approvals');
  const row = deputy.page.locator('tbody tr', { hasText: 'low' }).first();
  expect(await row.innerText()).toContain('for jonas.krogh');
  await row.locator('th a').click();
  await deputy.page.waitForSelector('.hp-card >> text=You can sign for jonas.krogh');
  const open = new URL(deputy.page.url()).searchParams.get('open') ?? '';
  await deputy.page.keyboard.press('y');
  await deputy.page.waitForSelector('[role=dialog] #behalf');
  await submit(deputy);
  await deputy.page.waitForSelector('[role=dialog] >> text=The decision holds');
  await go(deputy, `/approvals/${open}`);
  await deputy.page.waitForSelector('.hp-card li:has-text("aino.salmela for jonas.krogh")');
  await leave(deputy);
});

test(
  'a kind of change is approved beforehand by two, is offered when a patch is proposed, and is revoked',
  PATIENT,
  async () => {
    const author = await as('marek.lind');
    await go(author, '/approvals');
    await author.page.getByRole('button', { name: 'Standard change…' }).click();
    await author.page.fill('#standard-name', 'Small rounds of the edge');
    await author.page.waitForSelector('#standard-baseline option:nth-child(2)', { state: 'attached' });
    await author.page.selectOption('#standard-baseline', { label: 'Halmstrand edge servers' });
    await author.page.locator('#class-security-critical').check();
    await author.page.selectOption('#standard-risk', 'normal');
    await author.page.fill('#standard-until', inDays(200));
    await author.page.fill('#standard-reason', 'six rounds went well');
    await shoot(author, 'standard-change');
    await submit(author);
    await author.page.waitForSelector('.hp-card >> text=2 more signatures are needed');
    const open = new URL(author.page.url()).searchParams.get('open') ?? '';
    for (const name of ['jonas.krogh', 'sofia.brandt']) {
      const signer = await as(name);
      await go(signer, `/approvals/${open}`);
      await signer.page.getByRole('button', { name: 'Approve', exact: true }).click();
      await submit(signer);
      await signer.page.waitForSelector('[role=dialog] p[role=status]');
      await leave(signer);
    }
    await go(author, '/baselines');
    await author.page.getByRole('link', { name: 'Halmstrand edge servers' }).click();
    await author.page.getByRole('button', { name: 'Propose patches…' }).click();
    await author.page.fill('#propose-patches', 'KB5046615');
    await author.page.locator('#propose-reason').focus();
    await author.page.waitForSelector('#propose-standard option >> text=Small rounds of the edge', {
      state: 'attached',
    });
    await leave(author);
    const signer = await as('jonas.krogh');
    await go(signer, `/approvals/${open}`);
    await signer.page.getByRole('button', { name: 'Revoke', exact: true }).click();
    await signer.page.fill('[role=dialog] #reason', 'a round went wrong');
    await submit(signer);
    await signer.page.waitForSelector('.hp-card >> text=a round went wrong');
    await leave(signer);
  },
);

test(
  'an emergency is declared with its duties, granted, and reviewed within its own clock',
  PATIENT,
  async () => {
    const author = await as('marek.lind');
    await go(author, '/baselines');
    await author.page.getByRole('link', { name: 'Halmstrand control servers' }).click();
    await author.page.getByRole('button', { name: 'Propose patches…' }).click();
    await author.page.fill('#propose-patches', 'KB5046615');
    await author.page.locator('#basis-looking').check();
    await author.page.fill('#propose-inspection', 'the notes name no change that touches WinCC');
    await author.page.selectOption('#propose-footing', 'no_vendor_qualification');
    await author.page.fill('#propose-footing-reason', 'the maker answers next week');
    await author.page.fill('#propose-reason', 'it is exploited');
    await author.page.locator('#emergency').check();
    const send = author.page.locator('[role=dialog] button[type=submit]');
    await author.page.fill('#emergency-reason', 'attacks were seen at a neighbour');
    await author.page.fill('#emergency-way', 'put the image of last night back');
    await author.page.fill('#emergency-evidence', 'memory and logs, on the stick in the safe');
    // Without a backup nothing is asked for.
    expect(await send.isDisabled()).toBe(true);
    await author.page.fill('#emergency-backup', `images on the backup store, ${inDays(-1)}`);
    await shoot(author, 'emergency');
    await send.click();
    await author.page.waitForSelector('[role=dialog] >> text=it waits for signatures');
    await author.page.keyboard.press('Escape');
    await go(author, '/approvals?tab=emergency&filter=state:waiting');
    await author.page.locator('tbody th a').first().click();
    await author.page.waitForSelector('.hp-card >> text=attacks were seen at a neighbour');
    const open = new URL(author.page.url()).searchParams.get('open') ?? '';
    await leave(author);

    const signer = await as('sofia.brandt');
    await go(signer, `/approvals/${open}`);
    await signer.page.getByRole('button', { name: 'Approve', exact: true }).click();
    await submit(signer);
    await signer.page.waitForSelector('[role=dialog] >> text=The decision holds');
    await go(signer, '/approvals?tab=emergency&filter=state:granted');
    expect(await signer.page.innerText('tbody')).toMatch(/Review due .*\d+ d left/);
    await shoot(signer, 'emergencies');
    await leave(signer);

    // Whoever signed it does not review it.
    const reviewer = await as('jonas.krogh');
    await go(reviewer, `/approvals/${open}`);
    await reviewer.page.getByRole('button', { name: 'Write the review', exact: true }).click();
    await reviewer.page.fill(
      '[role=dialog] #reason',
      'both servers run; the test was made up for on the rack',
    );
    await reviewer.page.click('[role=dialog] button[type=submit]');
    // Nothing was installed yet, so there is nothing to look back on; it ends when the patch is refused.
    await reviewer.page.waitForSelector('[role=dialog] >> text=/nothing was installed by the emergency yet/');
    const ended = await reviewer.page.evaluate(async () => {
      const id = encodeURIComponent('Halmstrand control servers');
      const body = JSON.stringify({
        patches: ['KB5046615'],
        deed: 'refuse',
        reason: 'the attacks have ended',
      });
      const headers = { 'content-type': 'application/json' };
      return (await fetch(`/api/v1/baselines/${id}/patches`, { method: 'POST', headers, body })).status;
    });
    expect(ended).toBeLessThan(300);
    await submit(reviewer);
    await reviewer.page.waitForSelector('.hp-card >> text=the test was made up for on the rack');
    await leave(reviewer);
  },
);

test('an exemption is renewed with what protects meanwhile, as a proposal of its own', async () => {
  const one = await as('marek.lind');
  await go(one, `/deferrals?filter=${encodeURIComponent('what:CVE-2024-46887 state:holding')}`);
  await one.page.locator('tbody th a').first().click();
  await one.page.getByRole('button', { name: 'Renew…', exact: true }).click();
  await one.page.waitForSelector('[role=dialog] #control-1-what');
  expect(await one.page.inputValue('#control-0-what')).toContain('web server off');
  await one.page.fill('#ex-reason', 'the hardware is replaced next year');
  await shoot(one, 'renew');
  await submit(one);
  await one.page.waitForSelector('.hp-drawer >> text=the hardware is replaced next year');
  const drawer = await one.page.innerText('.hp-drawer');
  // A control that was seen working there has to be seen again here.
  expect(drawer).toContain('Never verified');
  await go(one, `/deferrals?filter=${encodeURIComponent('what:CVE-2024-46887 -state:ended')}`);
  expect(await one.page.locator('tbody tr').count()).toBeGreaterThan(1);
  await leave(one);
});

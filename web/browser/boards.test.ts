// Deciding, by the pages: four eyes with two sign-ins, baselines whose numbers are their rows, exemptions with their
// controls, and a test from its first step to the card that rests on it.

import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
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

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser?.close());

/** Signs in as one of several with a role, by name. */
async function closeDialog(one: Visit): Promise<void> {
  await one.page.locator('[role=dialog] button', { hasText: 'Close' }).last().click();
  await one.page.waitForSelector('[role=dialog]', { state: 'detached' });
  await settled(one);
}

test('whoever asks is told beforehand that they cannot sign, and somebody else signs by key', {
  timeout: 180_000,
}, async () => {
  const author = await visit(browser);
  await signIn(author, 'engineer');
  await go(author, '/baselines');
  await author.page.getByRole('link', { name: 'Halmstrand edge servers' }).click();
  await author.page.getByRole('button', { name: 'Propose patches…' }).click();
  await author.page.fill('#propose-patches', 'KB5041578');
  await author.page.locator('#propose-reason').focus();
  await author.page.waitForSelector('.hp-needed >> text=There is no test run of it here');
  expect(await author.page.innerText('.hp-needed')).toContain('Still missing');
  await shoot(author, 'propose');
  await author.page.keyboard.press('Escape');
  await author.page.keyboard.press('Escape');
  // What was tested before can be asked for.
  await go(author, '/approvals?tab=all&filter=patch:KB5046615 baseline:"Halmstrand operator stations"');
  await author.page.locator('tbody th a').first().click();
  await author.page.waitForSelector('.hp-cannot >> text=asked for this decision and cannot sign it');
  expect(await author.page.getByRole('button', { name: 'Approve', exact: true }).count()).toBe(0);
  await shoot(author, 'card-author');
  expectNoFaults(author);

  const signer = await visit(browser);
  await signInAs(signer, 'jonas.krogh');
  await go(signer, '/approvals');
  const waiting = await listedCount(signer);
  await signer.page.locator('tbody tr', { hasText: 'Halmstrand operator stations' }).locator('th a').click();
  await signer.page.waitForSelector('.hp-card >> text=You can sign');
  const card = await signer.page.innerText('.hp-card');
  for (const part of ['Why', 'What', 'Tested', 'Supplier says', 'Who is affected', 'If not', 'Signatures']) {
    expect(card).toContain(part);
  }
  expect(card).toContain('Differs from production');
  await shoot(signer, 'card');
  await signer.page.keyboard.press('y');
  await signer.page.waitForSelector('[role=dialog]');
  await signer.page.fill('[role=dialog] #note', 'as agreed with the shift');
  await signer.page.keyboard.press('Enter');
  // Of two stations nobody else has said yet that little is lost with them: two approvers sign.
  await signer.page.waitForSelector('[role=dialog] >> text=It still waits for others');
  await closeDialog(signer);
  expect(await listedCount(signer)).toBe(waiting - 1);
  expectNoFaults(signer);
  const second = await visit(browser);
  await signInAs(second, 'sofia.brandt');
  await go(second, '/approvals');
  await second.page.locator('tbody tr', { hasText: 'Halmstrand operator stations' }).locator('th a').click();
  await second.page.waitForSelector('.hp-card >> text=as agreed with the shift');
  await second.page.keyboard.press('y');
  await second.page.waitForSelector('[role=dialog]');
  await second.page.fill('[role=dialog] #note', 'read and agreed');
  await second.page.keyboard.press('Enter');
  await second.page.waitForSelector('[role=dialog] >> text=The decision holds');
  await closeDialog(second);
  expectNoFaults(second);
  await author.page.reload();
  await author.page.waitForSelector('.hp-drawer >> text=as agreed with the shift');
  for (const one of [author, signer, second]) {
    await one.context.close();
  }
});

test('a signature that comes too late is refused in words, and the card is as it is now', async () => {
  const one = await visit(browser);
  await signInAs(one, 'jonas.krogh');
  await go(one, '/approvals?tab=all&filter=baseline:"Mixing line A controllers" state:waiting');
  await one.page.locator('tbody th a').first().click();
  await one.page.click('.hp-drawer >> text=Open as a page');
  await one.page.waitForSelector('.hp-card >> text=1 more signature is needed');
  await one.page.getByRole('button', { name: 'Approve', exact: true }).click();
  await one.page.waitForSelector('[role=dialog] #note');
  // Meanwhile the one who asked takes it back.
  const author = await visit(browser);
  await signInAs(author, 'marek.lind');
  await go(author, new URL(one.page.url()).pathname);
  await author.page.getByRole('button', { name: 'Take back' }).click();
  await author.page.fill('[role=dialog] #reason', 'a newer firmware came out');
  await author.page.click('[role=dialog] button[type=submit]');
  await author.page.waitForSelector('.hp-card >> text=a newer firmware came out');
  expectNoFaults(author);
  await author.context.close();
  await one.page.click('[role=dialog] button[type=submit]');
  await one.page.waitForSelector('[role=dialog] >> text=Your signature was not taken');
  await shoot(one, 'sign-conflict');
  await closeDialog(one);
  await one.page.waitForSelector('.hp-card >> text=a newer firmware came out');
  expect(await one.page.getByRole('button', { name: 'Approve', exact: true }).count()).toBe(0);
  expectNoFaults(one);
  await one.context.close();
});

test('what the approver wrote waits for another, who may sign, and a right is lent and taken back', async () => {
  const one = await visit(browser);
  await signInAs(one, 'jonas.krogh');
  await go(one, '/approvals?tab=asked');
  await one.page.locator('tbody tr', { hasText: 'Halmstrand edge servers' }).first().locator('th a').click();
  await one.page.waitForSelector('.hp-cannot >> text=cannot sign it');
  await one.page.getByRole('link', { name: 'Lent rights' }).click();
  await settled(one);
  expect(await one.page.innerText('tbody')).toContain('sofia.brandt');
  await one.page.getByRole('button', { name: 'Lend my right…' }).click();
  await one.page.fill('#lend-to', 'aino.salmela');
  await one.page.fill('#lend-until', new Date(Date.now() + 5 * 86_400_000).toISOString().slice(0, 10));
  await one.page.fill('#lend-reason', 'two days of training');
  await one.page.click('[role=dialog] button[type=submit]');
  const row = one.page.locator('tbody tr', { hasText: 'aino.salmela' });
  await row.waitFor();
  await shoot(one, 'delegations');
  await row.getByRole('button', { name: 'Take back' }).click();
  await one.page.fill('[role=dialog] #reason', 'back early');
  await one.page.click('[role=dialog] button[type=submit]');
  await one.page.waitForSelector('tbody tr:has-text("aino.salmela"):has-text("taken back")');
  expectNoFaults(one);
  await one.context.close();
});

test('the numbers of a baseline are its rows, and a replaced patch asks for its successor', async () => {
  const one = await visit(browser);
  await signIn(one, 'engineer');
  await go(one, '/baselines');
  await one.page.getByRole('link', { name: 'Halmstrand operator stations', exact: true }).click();
  await one.page.waitForSelector('.hp-total a');
  await settled(one);
  const baseline = new URL(one.page.url()).pathname;
  await shoot(one, 'baseline');
  const numbers = await one.page.locator('.hp-total a').count();
  expect(numbers).toBeGreaterThan(1);
  for (let at = 0; at < numbers; at += 1) {
    await go(one, baseline);
    const link = one.page.locator('.hp-total a').nth(at);
    const shown = Number((await link.innerText()).replace(/[^\d]/g, ''));
    await link.click();
    await one.page.waitForURL('**word=*');
    expect(await listedCount(one), one.page.url()).toBe(shown);
  }
  await go(one, `${baseline}?open=KB5044277`);
  await one.page.waitForSelector('.hp-drawer >> text=Replaced by');
  expect(await one.page.innerText('.hp-drawer')).toContain('KB5046615');
  await shoot(one, 'baseline-entry');
  await go(one, `${baseline}?tab=fresh`);
  // What two signed is to be had; what is inherited with one signature is not enough where the risk is high.
  const fresh = await one.page.innerText('tbody');
  expect(fresh).toContain('KB5046615');
  expect(fresh).not.toContain('KB5041578');
  const csv = await one.context.request.get(`${one.base}/api/v1${baseline}/csv`);
  expect(csv.status()).toBe(200);
  expect(await csv.text()).toContain('KB5041578,effective');
  expectNoFaults(one);
  await one.context.close();
});

test('a patch is declined everywhere with a reason, row by row, and the decline can be revoked', async () => {
  const one = await visit(browser);
  await signInAs(one, 'jonas.krogh');
  await go(one, '/baselines?tab=declined');
  const before = await listedCount(one);
  await one.page.getByRole('button', { name: 'Decline a patch…' }).click();
  await one.page.fill('#decline-patches', 'KB5034441\nKB5012170');
  await one.page.fill('#decline-reason', 'the recovery partition is too small everywhere');
  await one.page.check('#decline-unseen');
  await one.page.click('[role=dialog] button[type=submit]');
  await one.page.waitForSelector('[role=dialog] >> text=is declined everywhere already');
  await one.page.waitForSelector('[role=dialog] >> text=it waits for signatures');
  await shoot(one, 'declined');
  await closeDialog(one);
  // One person asks; it holds when others have signed.
  expect(await listedCount(one)).toBe(before);
  await one.page.getByRole('link', { name: 'KB5012170' }).click();
  await one.page.getByRole('button', { name: 'Revoke' }).click();
  await one.page.fill('[role=dialog] #reason', 'the partitions were enlarged');
  await one.page.click('[role=dialog] button[type=submit]');
  await one.page.waitForSelector('.hp-card >> text=the partitions were enlarged');
  expectNoFaults(one);
  await one.context.close();
});

test('an exemption is proposed with its control, verified with a file, and compared with patching', async () => {
  const one = await visit(browser);
  await signIn(one, 'engineer');
  await go(one, '/deferrals');
  await shoot(one, 'deferrals');
  await one.page.getByRole('button', { name: 'Defer, mitigate or accept…' }).click();
  await one.page.selectOption('#ex-kind', 'mitigate');
  await one.page.fill('#ex-subject', 'CVE-2024-46887');
  await one.page.fill('#ex-on', 'HC-PLC-09');
  await one.page.fill('#ex-reason', 'the dosing campaign runs until spring');
  await one.page.getByRole('button', { name: 'Add a control' }).click();
  await one.page.selectOption('#control-1-kind', 'service_disabled');
  await one.page.fill('#control-1-what', 'web server off');
  await one.page.fill('#control-1-owner', 'Automation');
  await shoot(one, 'propose-exemption');
  await one.page.click('[role=dialog] button[type=submit]');
  await one.page.waitForSelector('.hp-drawer >> text=web server off');
  await one.page.waitForSelector('.hp-drawer >> text=Never verified');
  // Whoever asked for it does not say that it works.
  const other = await visit(browser);
  await signInAs(other, 'nils.berge');
  const place = new URL(one.page.url());
  await go(other, place.pathname + place.search);
  await other.page.getByRole('button', { name: 'Verify' }).click();
  await other.page.fill('#seen', 'port list without 80 and 443');
  const shot = join(tmpdir(), `holdpoint-browser-${process.pid}-ports.txt`);
  writeFileSync(shot, '22/tcp open\n');
  await other.page.setInputFiles('[role=dialog] input[type=file]', shot);
  await other.page.click('[role=dialog] button[type=submit]');
  await other.page.waitForSelector('.hp-drawer >> text=Seen working');
  expect(await other.page.innerText('.hp-drawer')).toContain('ports.txt');
  expectNoFaults(other);
  await other.context.close();
  await one.page.reload();
  await one.page.waitForSelector('.hp-drawer >> text=Seen working');
  await one.page.getByRole('button', { name: 'Compare with patching' }).click();
  await one.page.fill('#compare-cost', '1200');
  await one.page.locator('.hp-drawer form').getByRole('button', { name: 'Compare' }).click();
  await one.page.waitForSelector('.hp-drawer table >> text=not said');
  await shoot(one, 'exemption');
  // Whoever verified it does not sign it, and neither does whoever asked; the list says that it waits.
  await go(one, '/deferrals?filter=state:proposed');
  expect(await one.page.innerText('tbody')).toContain('HC-PLC-09');
  await go(one, '/deferrals?filter=state:under_review');
  await one.page.locator('tbody th a').first().click();
  await one.page.waitForSelector('.hp-drawer >> text=A control failed');
  expectNoFaults(one);
  await one.context.close();
});

test('a test is recorded on a tablet, and what the rules still ask for is said', async () => {
  const one = await visit(browser);
  await signIn(one, 'engineer');
  await one.page.setViewportSize({ width: 820, height: 1180 });
  await go(one, '/tests?filter=state:running');
  await one.page.locator('tbody th a').first().click();
  await one.page.waitForSelector('.hp-run-next');
  await settled(one);
  const button = one.page.locator('.hp-run-next').getByRole('button', { name: /^Passed/ });
  expect((await button.boundingBox())?.height ?? 0).toBeGreaterThanOrEqual(48);
  expect(
    await one.page
      .locator('.hp-run-next')
      .getByRole('button', { name: /^Failed/ })
      .isDisabled(),
  ).toBe(true);
  expect(await one.page.innerText('.hp-text')).toContain('a passed test in an environment');
  await shoot(one, 'test-run-tablet');
  const log = join(tmpdir(), `holdpoint-browser-${process.pid}-run.log`);
  writeFileSync(log, 'no gap\n');
  await one.page.setInputFiles('.hp-text input[type=file]', log);
  await one.page.getByRole('button', { name: 'Attach', exact: true }).click();
  await one.page.waitForSelector('.hp-text >> text=run.log');
  for (let left = await one.page.locator('.hp-run-buttons').count(); left > 0; left -= 1) {
    await one.page
      .locator('.hp-run-next')
      .getByRole('button', { name: /^Passed/ })
      .click();
    await one.page.waitForFunction(
      (count) => document.querySelectorAll('.hp-run-buttons').length === count,
      left - 1,
    );
  }
  await one.page.waitForSelector('.hp-text >> text=with this evidence the patch can be proposed');
  await one.page.setViewportSize({ width: 1600, height: 1000 });
  await one.page.click('.hp-text >> text=Propose it in the baseline');
  await one.page.locator('.hp-drawer').getByRole('button', { name: 'Propose patches…' }).first().click();
  await one.page.waitForSelector('.hp-needed >> text=The evidence is there');
  await one.page.selectOption('#propose-footing', 'no_vendor_qualification');
  await one.page.fill('#propose-footing-reason', 'no control system stands on them');
  await one.page.fill('#propose-reason', 'round of November');
  await one.page.click('[role=dialog] button[type=submit]');
  await one.page.waitForSelector('[role=dialog] >> text=it waits for signatures');
  await closeDialog(one);
  await go(one, '/approvals?tab=asked&filter=state:waiting baseline:"Windows servers"');
  expect(await listedCount(one)).toBe(1);
  for (const tab of ['environments', 'plans']) {
    await go(one, `/tests?tab=${tab}`);
    expect(await one.page.locator('tbody tr').count()).toBeGreaterThan(1);
    await shoot(one, `tests-${tab}`);
  }
  expectNoFaults(one);
  await one.context.close();
});

test('whoever only looks is offered nothing to decide', async () => {
  const one = await visit(browser);
  await signIn(one, 'viewer');
  for (const page of ['approvals', 'baselines', 'deferrals', 'tests', 'tests?tab=plans']) {
    await go(one, `/${page}`);
    expect(await one.page.locator('.hp-page button.pf-m-primary').count(), page).toBe(0);
  }
  await go(one, '/approvals');
  expect(await one.page.innerText('.hp-empty')).toContain('Your roles do not let you sign');
  expectNoFaults(one);
  await one.context.close();
});

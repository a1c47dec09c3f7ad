// Every page in every theme, judged by axe; and that the themes really differ.

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findings } from './axe';
import { expectNoFaults, go, launch, settled, shoot, signIn, type Visit, visit } from './visit';

const PAGES = [
  'advisories',
  'advisories?tab=deleted',
  'matches',
  'review',
  'rules',
  'patches',
  'patches?tab=cover',
  'findings',
  'findings?tab=all',
  'qualification',
  'qualification?tab=words',
  'qualification?tab=lag',
  'qualification?tab=documents',
  'suppliers',
  'suppliers?tab=suppliers',
  'suppliers?tab=speakers',
  'approvals',
  'approvals?tab=all',
  'approvals?tab=emergency',
  'approvals?tab=delegations',
  'baselines',
  'baselines?tab=declined',
  'policies',
  'policies?tab=revisions',
  'policies?tab=reviews',
  'policies?tab=cycle',
  'policies/approval_rules',
  'policies/approval_rules?tab=text',
  'policies/roles?tab=change',
  'deferrals',
  'tests',
  'tests?tab=environments',
  'tests?tab=plans',
  'vulnerabilities',
  'runs',
  'runs?tab=manual',
  'runs?tab=news',
  'expressions',
  'quarantine',
  'sources',
  'sources?tab=checks',
  'assets',
  'assets/import',
  'assets/unmatched',
  'criticality',
  'criticality?tab=zones',
  'criticality?tab=waiting',
  'agents',
  'agents?tab=hosts',
  'agents?tab=clients',
  'notices',
  'notices?filter=state:unread',
  'calendar',
  'calendar?tab=week',
  'calendar?tab=list',
  'plans',
  'plans?tab=rules',
  'plans?tab=groups',
  'plans?tab=work',
  'deployments',
  'deployments?tab=overdue',
  'verification',
  'verification?tab=drift',
  'transfer',
  'transfer?tab=waiting',
  'transfer?tab=approvals',
  'transfer?tab=kept',
  'work-orders',
  'audit',
  'users',
  'tokens',
  'account',
];

describe.each(['day', 'dusk', 'night'])('in the theme %s', (theme) => {
  let browser: Browser;
  let one: Visit;
  beforeAll(async () => {
    browser = await launch();
    one = await visit(browser);
    await one.page.addInitScript((name) => localStorage.setItem('holdpoint.theme', name), theme);
    await signIn(one, 'administrator');
  });
  afterAll(() => browser?.close());

  test('the sign-in page', async () => {
    const stranger = await visit(browser);
    await stranger.page.addInitScript((name) => localStorage.setItem('holdpoint.theme', name), theme);
    await go(stranger, '/sign-in');
    expect(await stranger.page.getAttribute('html', 'data-theme')).toBe(theme);
    expect(await findings(stranger)).toEqual([]);
    await stranger.context.close();
  });

  test.each(PAGES)('%s', async (page) => {
    await go(one, `/${page}`);
    expect(await findings(one)).toEqual([]);
    expectNoFaults(one);
  });

  test('an impact with its explanation', async () => {
    await go(one, '/advisories?sort=-unknown');
    await one.page.locator('tbody td:nth-child(3) a').first().click();
    await settled(one);
    await one.page.locator('.hp-scroll tbody th a').first().click();
    await one.page.waitForSelector('.hp-why');
    await settled(one);
    await shoot(one, `explanation-${theme}`);
    expect(await findings(one)).toEqual([]);
    for (const tab of ['Remediation', 'Document', 'Products', 'Revisions', 'Comments']) {
      await one.page.getByRole('link', { name: tab, exact: true }).click();
      await settled(one);
      expect(await findings(one)).toEqual([]);
    }
    expectNoFaults(one);
  });

  test('a status, and the tabs of an asset', async () => {
    await go(one, '/advisories?filter=id%3DOTC-DEMO-001');
    await one.page.locator('tbody th a').first().click();
    await one.page.click('.hp-drawer >> text=Open the impact');
    await one.page.waitForSelector('.hp-headline');
    await one.page.getByRole('link', { name: 'Remediation', exact: true }).click();
    await settled(one);
    await one.page.locator('tbody th a').first().click();
    await one.page.waitForSelector('.hp-drawer .hp-facts');
    await settled(one);
    expect(await findings(one)).toEqual([]);
    await one.page.click('.hp-drawer >> text=Open the asset');
    for (const tab of ['Advisories', 'Matches', 'Vulnerabilities', 'Patches', 'History']) {
      await one.page.locator('.hp-tabs').getByRole('link', { name: tab, exact: true }).click();
      await settled(one);
      expect(await findings(one)).toEqual([]);
    }
    expectNoFaults(one);
  });

  test('a card, a baseline, an exemption and a run', async () => {
    await go(one, '/approvals?tab=all');
    await one.page.locator('tbody th a').first().click();
    await one.page.waitForSelector('.hp-card');
    await settled(one);
    expect(await findings(one)).toEqual([]);
    await one.page.click('.hp-drawer >> text=Open as a page');
    await one.page.waitForSelector('.hp-text .hp-card');
    await settled(one);
    await shoot(one, `card-${theme}`);
    expect(await findings(one)).toEqual([]);
    await go(one, '/baselines');
    await one.page.getByRole('link', { name: 'Halmstrand operator stations', exact: true }).click();
    await one.page.waitForSelector('.hp-total a');
    for (const tab of ['What a new asset gets', 'Assets', 'Deviations', 'Patches']) {
      await one.page.locator('.hp-tabs').getByRole('link', { name: tab, exact: true }).click();
      await settled(one);
      expect(await findings(one)).toEqual([]);
    }
    await one.page.locator('tbody th a').first().click();
    await one.page.waitForSelector('.hp-drawer .hp-facts');
    await settled(one);
    await shoot(one, `baseline-${theme}`);
    expect(await findings(one)).toEqual([]);
    await go(one, '/deferrals');
    await one.page.locator('tbody th a').first().click();
    await one.page.waitForSelector('.hp-drawer .hp-facts');
    await settled(one);
    await shoot(one, `deferrals-${theme}`);
    expect(await findings(one)).toEqual([]);
    await go(one, '/tests');
    await one.page.locator('tbody th a').first().click();
    await one.page.waitForSelector('.hp-run-steps');
    await settled(one);
    await shoot(one, `test-run-${theme}`);
    expect(await findings(one)).toEqual([]);
    expectNoFaults(one);
  });

  test('drawers and dialogs', { timeout: 180_000 }, async () => {
    for (const page of [
      'advisories',
      'review',
      'findings',
      'patches',
      'suppliers',
      'rules',
      'runs',
      'vulnerabilities',
      'assets',
      'audit',
      'users',
    ]) {
      await go(one, `/${page}`);
      await one.page.locator('tbody th a').first().click();
      await one.page.waitForSelector('.hp-drawer');
      await settled(one);
      await shoot(one, `${page}-drawer-${theme}`);
      expect(await findings(one)).toEqual([]);
    }
    await go(one, '/tokens');
    await one.page.click('button >> text=Make token');
    await one.page.waitForSelector('[role=dialog]');
    await settled(one);
    expect(await findings(one)).toEqual([]);
    expectNoFaults(one);
  });
});

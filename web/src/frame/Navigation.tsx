// The navigation: groups in the order of the work. A group without pages, or whose pages nobody may open, is not shown.

import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { may, type Permission, useSession, useStatus } from '../api/session';
import { messages } from '../messages';
import { scopeOnly } from './shortcuts';
import { useUnread } from './unread';

interface Place {
  readonly to: string;
  readonly word: string;
  readonly symbol: string;
  readonly needs: Permission;
}

const pages = messages.frame.pages;

const GROUPS: readonly { readonly title: string; readonly places: readonly Place[] }[] = [
  {
    title: messages.frame.groups.now,
    places: [
      { to: '/findings', word: pages.findings, symbol: '◆', needs: 'read-plant' },
      { to: '/notices', word: pages.notices, symbol: '!', needs: 'read-plant' },
    ],
  },
  {
    title: messages.frame.groups.intake,
    places: [
      { to: '/advisories', word: pages.advisories, symbol: 'A', needs: 'read-plant' },
      { to: '/matches', word: pages.matches, symbol: 'M', needs: 'read-plant' },
      { to: '/vulnerabilities', word: pages.vulnerabilities, symbol: 'V', needs: 'read-plant' },
      { to: '/review', word: pages.review, symbol: '✓', needs: 'read-plant' },
      { to: '/rules', word: pages.rules, symbol: '=', needs: 'read-plant' },
      { to: '/expressions', word: pages.expressions, symbol: '?', needs: 'read-plant' },
      { to: '/patches', word: pages.patches, symbol: 'P', needs: 'read-plant' },
      { to: '/qualification', word: pages.qualification, symbol: '▦', needs: 'read-plant' },
      { to: '/suppliers', word: pages.suppliers, symbol: '☎', needs: 'read-plant' },
      { to: '/runs', word: pages.runs, symbol: '↻', needs: 'read-plant' },
      { to: '/quarantine', word: pages.quarantine, symbol: 'Q', needs: 'read-plant' },
      { to: '/sources', word: pages.sources, symbol: 'S', needs: 'read-plant' },
    ],
  },
  {
    title: messages.frame.groups.estate,
    places: [
      { to: '/assets', word: pages.assets, symbol: 'E', needs: 'read-plant' },
      { to: '/agents', word: pages.agents, symbol: '◎', needs: 'read-plant' },
      { to: '/criticality', word: pages.criticality, symbol: 'C', needs: 'read-plant' },
      { to: '/assets/import', word: pages.import, symbol: '↑', needs: 'write-inventory' },
    ],
  },
  {
    title: messages.frame.groups.decide,
    places: [
      { to: '/approvals', word: pages.approvals, symbol: '✎', needs: 'read-plant' },
      { to: '/baselines', word: pages.baselines, symbol: '≡', needs: 'read-plant' },
      { to: '/deferrals', word: pages.deferrals, symbol: 'D', needs: 'read-plant' },
      { to: '/policies', word: pages.policies, symbol: '§', needs: 'read-plant' },
    ],
  },
  {
    title: messages.frame.groups.do,
    places: [
      { to: '/tests', word: pages.tests, symbol: '☑', needs: 'read-plant' },
      { to: '/calendar', word: pages.calendar, symbol: '▤', needs: 'read-plant' },
      { to: '/plans', word: pages.plans, symbol: '▷', needs: 'read-plant' },
      { to: '/work-orders', word: pages.workOrders, symbol: 'W', needs: 'read-plant' },
      { to: '/deployments', word: pages.deployments, symbol: '»', needs: 'read-plant' },
      { to: '/verification', word: pages.verification, symbol: '⊙', needs: 'read-plant' },
    ],
  },
  {
    title: messages.frame.groups.prove,
    places: [{ to: '/audit', word: pages.audit, symbol: 'L', needs: 'read-audit' }],
  },
  {
    title: messages.frame.groups.admin,
    places: [
      { to: '/transfer', word: pages.transfer, symbol: '⇄', needs: 'read-plant' },
      { to: '/users', word: pages.users, symbol: 'U', needs: 'read-people' },
      { to: '/tokens', word: pages.tokens, symbol: 'T', needs: 'read-plant' },
    ],
  },
];

const KEY = 'holdpoint.navigation';

export function Navigation() {
  const session = useSession().data;
  const counts = useStatus().data?.counts;
  const [narrow, setNarrow] = useState(() => localStorage.getItem(KEY) === 'narrow');
  const toggle = () => {
    localStorage.setItem(KEY, narrow ? 'wide' : 'narrow');
    setNarrow(!narrow);
  };
  const unread = useUnread();
  const count: Record<string, number | undefined> = {
    '/quarantine': counts?.quarantine,
    '/notices': unread,
  };
  return (
    <nav className={narrow ? 'hp-nav hp-nav-narrow' : 'hp-nav'} aria-label={messages.frame.navigation}>
      {GROUPS.map((group) => {
        const places = group.places.filter((place) => may(session, place.needs));
        return (
          places.length > 0 && (
            <div key={group.title} className="hp-nav-group">
              <h2>{group.title}</h2>
              <ul>
                {places.map((place) => (
                  <li key={place.to}>
                    <Link
                      to={place.to}
                      search={scopeOnly}
                      activeOptions={{ exact: place.to === '/assets', includeSearch: false }}
                      activeProps={{ 'aria-current': 'page' }}
                      title={narrow ? place.word : undefined}
                    >
                      <span className="hp-nav-symbol" aria-hidden="true">
                        {place.symbol}
                      </span>
                      <span className="hp-nav-word">{place.word}</span>
                      {!narrow && (count[place.to] ?? 0) > 0 && (
                        <span className="hp-nav-count">{count[place.to]}</span>
                      )}
                    </Link>
                  </li>
                ))}
              </ul>
            </div>
          )
        );
      })}
      <button type="button" className="hp-nav-toggle" onClick={toggle} aria-pressed={narrow}>
        <span aria-hidden="true">{narrow ? '»' : '«'}</span>
        <span className="hp-nav-word">{narrow ? messages.frame.expand : messages.frame.collapse}</span>
      </button>
    </nav>
  );
}

// The bar above all pages.

import { FormSelect, FormSelectOption, TextInput } from '@patternfly/react-core';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '../api/client';
import { useForget, useSession } from '../api/session';
import type { Site, Status } from '../api/types';
import { messages } from '../messages';
import { type ClockChoice, useShownZone } from '../shown';
import { age, clock, secondsBetween, UTC, zoneName } from '../text/time';
import { spoken } from '../text/words';
import { showTheme, storedTheme, THEMES } from '../theme';
import { useView } from '../view';
import { knowledge } from './knowledge';
import { scopeOnly } from './shortcuts';
import { useUnread } from './unread';

const words = messages.frame;

export function TopBar({
  status,
  sites,
  onHelp,
}: {
  status: Status | undefined;
  sites: readonly Site[];
  onHelp: () => void;
}) {
  return (
    <header className="hp-top">
      <Link to="/advisories" search={scopeOnly} className="hp-brand">
        <span className="hp-brand-sign" aria-hidden="true" />
        {messages.product}
      </Link>
      <ScopeSelect sites={sites} />
      <Search />
      <span className="hp-top-space" />
      <NoticeChip />
      <IntelChip status={status} />
      <ClockBox />
      <ThemeSelect />
      <button type="button" className="hp-plain" onClick={onHelp} aria-label={words.help} title={words.help}>
        ?
      </button>
      <UserMenu />
    </header>
  );
}

function ScopeSelect({ sites }: { sites: readonly Site[] }) {
  const [view, change] = useView();
  const known = sites.some((site) => site.name === view.site);
  return (
    <FormSelect
      aria-label={words.scope}
      className="hp-scope"
      value={view.site ?? ''}
      onChange={(_, value) => change({ site: value || undefined, open: undefined, match: undefined })}
    >
      <FormSelectOption value="" label={words.allSites} />
      {sites.map((site) => (
        <FormSelectOption
          key={site.id}
          value={site.name}
          label={
            site.connectivity === 'connected' ? site.name : `${site.name} · ${spoken(site.connectivity)}`
          }
        />
      ))}
      {view.site && !known && <FormSelectOption value={view.site} label={view.site} />}
    </FormSelect>
  );
}

function Search() {
  const [text, setText] = useState('');
  const [view] = useView();
  const navigate = useNavigate();
  return (
    <search>
      <form
        className="hp-search"
        onSubmit={(event) => {
          event.preventDefault();
          void navigate({ to: '/assets', search: { site: view.site, filter: text.trim() } });
        }}
      >
        <TextInput
          id="hp-search"
          type="search"
          aria-label={words.search}
          placeholder={words.search}
          value={text}
          onChange={(_, value) => setText(value)}
        />
      </form>
    </search>
  );
}

/** How many notices nobody has read yet; nothing while there are none. */
function NoticeChip() {
  const unread = useUnread();
  if (!unread) {
    return null;
  }
  return (
    <Link to="/notices" search={{ filter: 'state:unread' }} className="hp-chip hp-tone-running">
      <span aria-hidden="true">◷ </span>
      {messages.notices.unread(unread)}
    </Link>
  );
}

function IntelChip({ status }: { status: Status | undefined }) {
  const { now } = useShownZone();
  if (!status) {
    return null;
  }
  const { at, unasked } = knowledge(status.sources);
  if (status.sources.providers === 0 && !at) {
    // Nothing is overdue where nothing is to be asked: advisories come as files.
    return (
      <Link to="/sources" search={scopeOnly} className="hp-chip">
        {words.intelFiles}
      </Link>
    );
  }
  const failed = status.sources.last_check_result === 'failed';
  const due = failed || unasked;
  const text = at ? words.intelAge(age(secondsBetween(at, now))) : words.intelNever;
  return (
    <Link to="/sources" search={scopeOnly} className={due ? 'hp-chip hp-tone-due' : 'hp-chip'}>
      {due && <span aria-hidden="true">▲ </span>}
      {text}
      {failed && <span>, {words.intelFailed}</span>}
      {at && unasked && <span>, {words.intelUnasked}</span>}
    </Link>
  );
}

function ClockBox() {
  const { now, plant, choice, choose } = useShownZone();
  const utc = `${clock(now, UTC)} UTC`;
  return (
    <div className="hp-clock">
      <span className="hp-number">
        {plant && plant.zone !== UTC.zone && choice === 'plant'
          ? `${clock(now, plant)} ${zoneName(now, plant)} · ${utc}`
          : utc}
      </span>
      <select
        aria-label={words.clock}
        value={plant ? choice : 'utc'}
        disabled={!plant}
        onChange={(event) => choose(event.target.value as ClockChoice)}
      >
        <option value="plant">{words.clockPlant}</option>
        <option value="utc">{words.clockUtc}</option>
      </select>
    </div>
  );
}

function ThemeSelect() {
  const [theme, setTheme] = useState(storedTheme);
  return (
    <select
      aria-label={words.theme}
      className="hp-theme"
      value={theme}
      onChange={(event) => {
        const next = THEMES.find((one) => one === event.target.value) ?? 'day';
        showTheme(next);
        setTheme(next);
      }}
    >
      {THEMES.map((one) => (
        <option key={one} value={one}>
          {words[one]}
        </option>
      ))}
    </select>
  );
}

function UserMenu() {
  const session = useSession().data;
  const forget = useForget();
  const navigate = useNavigate();
  const signOut = async () => {
    await api.DELETE('/api/v1/session');
    forget();
    await navigate({ to: '/sign-in', search: {} });
  };
  return (
    <details className="hp-menu">
      <summary>{session?.user.display_name || session?.user.name}</summary>
      <ul className="hp-popover">
        <li>
          <Link to="/account" search={scopeOnly}>
            {words.account}
          </Link>
        </li>
        <li>
          <button type="button" className="hp-plain" onClick={() => void signOut()}>
            {words.signOut}
          </button>
        </li>
      </ul>
    </details>
  );
}

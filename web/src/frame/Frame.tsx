// The frame of all pages: scope, search, age of the knowledge, clock, theme, person; navigation at the left.

import { useIsFetching, useIsMutating } from '@tanstack/react-query';
import { Outlet } from '@tanstack/react-router';
import { useState } from 'react';
import { asProblem } from '../api/problem';
import { useSession, useSites, useStatus } from '../api/session';
import { messages } from '../messages';
import { ProblemNote } from '../parts/ProblemNote';
import { ShownZoneProvider } from '../shown';
import { useView } from '../view';
import { Keys } from './Keys';
import { Navigation } from './Navigation';
import { useShortcuts } from './shortcuts';
import { TopBar } from './TopBar';

/** The zone in which all sites in scope live; nothing when they live in different ones. */
function plantZone(sites: readonly { name: string; time_zone: string }[], scope: string | undefined) {
  const zones = new Set(sites.filter((site) => !scope || site.name === scope).map((site) => site.time_zone));
  return zones.size === 1 ? [...zones][0] : undefined;
}

export function Frame() {
  const session = useSession();
  const [view] = useView();
  const [help, setHelp] = useState(false);
  useShortcuts(() => setHelp(true));
  // Whoever is not signed in is on the way to the sign-in page (`main.tsx`).
  if (session.error && asProblem(session.error).code !== 'not-signed-in') {
    return <ProblemNote error={session.error} onRetry={() => void session.refetch()} />;
  }
  if (!session.data) {
    return <p className="hp-loading">{messages.list.loading} …</p>;
  }
  return <Inside scope={view.site} help={help} onHelp={setHelp} />;
}

function Inside({
  scope,
  help,
  onHelp,
}: {
  scope: string | undefined;
  help: boolean;
  onHelp: (open: boolean) => void;
}) {
  const status = useStatus();
  const busy = useIsFetching() + useIsMutating() > 0;
  const sites = useSites();
  return (
    <ShownZoneProvider zone={plantZone(sites.data?.items ?? [], scope)}>
      <a className="hp-skip" href="#content">
        {messages.frame.skip}
      </a>
      <div className="hp-frame">
        <TopBar status={status.data} sites={sites.data?.items ?? []} onHelp={() => onHelp(true)} />
        <Navigation />
        <main id="content" className="hp-content" tabIndex={-1} data-busy={busy || undefined}>
          {status.data?.demo && <p className="hp-demo">{messages.frame.demo}</p>}
          {status.error && asProblem(status.error).code !== 'not-signed-in' && (
            <ProblemNote error={status.error} onRetry={() => void status.refetch()} />
          )}
          <Outlet />
        </main>
      </div>
      {help && <Keys onClose={() => onHelp(false)} />}
    </ShownZoneProvider>
  );
}

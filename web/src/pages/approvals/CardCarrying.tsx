// How what is decided would be carried out: when a window comes, whether backups are proven, the way back; and, for an
// exemption, what it leaves uninstalled and what its controls cost.

import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, data } from '../../api/client';
import type { DecisionCardView } from '../../api/types';
import { messages } from '../../messages';
import { grouped } from '../../parts/ListBody';
import { ProblemNote } from '../../parts/ProblemNote';
import { quoted } from '../../text/filter';
import { spoken } from '../../text/words';

const names = messages.approvals.card;
/** More patches than these are counted. */
const MOST_PATCHES = 5;

type Carrying = NonNullable<DecisionCardView['carrying']>;

export function CarriedOut({ carrying }: { carrying: Carrying }) {
  return (
    <>
      <p>
        {names.nextWindow}:{' '}
        {carrying.windows.length === 0 && <span className="hp-tone-unsure">{names.noWindowKnown}</span>}
        {carrying.windows.map((one, at) => (
          <span key={`${one.site} ${one.zone}`}>
            {at > 0 && '; '}
            {one.zone ?? names.noZone}, {one.site ?? names.noSite}: <Window one={one} />
          </span>
        ))}
      </p>
      <p>
        {names.backup}: {names.backupsProven(grouped(carrying.backups_proven))}
        {carrying.backups_failed > 0 && (
          <span className="hp-tone-due"> · ▲ {names.backupsFailed(grouped(carrying.backups_failed))}</span>
        )}
        {carrying.backups_unknown > 0 && (
          <span className="hp-tone-unsure">
            {' '}
            · ? {names.backupsUnknown(grouped(carrying.backups_unknown))}
          </span>
        )}
      </p>
      <p>
        {names.wayBack}:{' '}
        {carrying.ways.length === 0 && <span className="hp-tone-unsure">? {names.noWaySaid}</span>}
        {carrying.ways.map((one, at) => (
          <span key={one.kind ?? ''}>
            {at > 0 && '; '}
            {one.kind && `${spoken(one.kind)}: `}
            {one.way_back ?? <span className="hp-tone-unsure">? {names.noWaySaid}</span>} (
            {names.minutes(one.work_minutes, one.undo_minutes)})
          </span>
        ))}
      </p>
    </>
  );
}

function Window({ one }: { one: Carrying['windows'][number] }) {
  if (one.next) {
    return <>{one.next}</>;
  }
  return (
    <span className="hp-tone-unsure">
      ? {one.state === 'none_ahead' ? names.noWindowAhead : names.noWindowKnown}
    </span>
  );
}

/** What could be installed instead, with the supplier's word, and what the controls cost. */
export function OnOffer({ card }: { card: DecisionCardView }) {
  const patch = card.exemption?.patch;
  const what = card.exemption?.vulnerability;
  const filter = patch ? `name:${quoted(patch)}` : `cve:${quoted(what ?? '')}`;
  const found = useQuery({
    queryKey: ['patches', 'of-card', filter],
    enabled: Boolean(patch ?? what),
    queryFn: () => data(api.GET('/api/v1/patches', { params: { query: { filter, limit: MOST_PATCHES } } })),
  });
  return (
    <>
      {found.error && <ProblemNote error={found.error} onRetry={() => void found.refetch()} />}
      {found.data && found.data.items.length === 0 && <p className="hp-muted">{names.noPatch}</p>}
      <ul className="hp-plain-list">
        {found.data?.items.map((one) => (
          <li key={one.name}>
            <Link to="/patches" search={{ open: one.name }} className="hp-mono">
              {one.name}
            </Link>{' '}
            <Link to="/qualification" search={{ open: one.name }}>
              {one.statements > 0 ? names.statementsOf(grouped(one.statements)) : names.noWordOfIt}
            </Link>
          </li>
        ))}
      </ul>
      {found.data && found.data.count.value > MOST_PATCHES && (
        <p className="hp-muted">{names.more(grouped(found.data.count.value - MOST_PATCHES))}</p>
      )}
      <Costs card={card} />
    </>
  );
}

function Costs({ card }: { card: DecisionCardView }) {
  const controls = card.exemption?.controls ?? [];
  return (
    <ul className="hp-plain-list hp-small">
      {controls.map((one) => (
        <li key={`${one.control} ${one.what}`}>
          {spoken(one.control)}:{' '}
          {[
            one.cost_cents == null
              ? names.costUnknown
              : names.cost(grouped(Math.round(one.cost_cents / 100))),
            one.effort_min == null ? names.effortUnknown : names.effort(grouped(one.effort_min)),
            one.downtime_min == null ? names.downtimeUnknown : names.downtime(grouped(one.downtime_min)),
          ].join(' · ')}
        </li>
      ))}
    </ul>
  );
}

// How what is decided would be carried out: when a window comes, whether backups are proven, the way back; and, for an
// exemption, what it leaves uninstalled and what its controls cost.

import { Link } from '@tanstack/react-router';
import type { DecisionCardView } from '../../api/types';
import { messages } from '../../messages';
import { grouped } from '../../parts/ListBody';
import { MarkText } from '../../parts/MarkText';
import { SupplierSays } from '../../parts/SupplierSays';
import { ownerMark } from '../../text/decisions';
import { spoken } from '../../text/words';

const names = messages.approvals.card;

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

/** What could be installed instead, with the supplier's word, what was decided and what the work costs; and what the controls cost. */
export function OnOffer({ card }: { card: DecisionCardView }) {
  return (
    <>
      {card.on_offer && <Offers offers={card.on_offer} />}
      <Costs card={card} />
    </>
  );
}

type PatchOffers = NonNullable<DecisionCardView['on_offer']>;

/** The patches that an exemption leaves uninstalled. */
export function Offers({ offers }: { offers: PatchOffers }) {
  return (
    <>
      {offers.patches.length === 0 && <p className="hp-muted">{names.noPatch}</p>}
      <ul className="hp-plain-list">
        {offers.patches.map((one) => (
          <li key={one.patch}>
            <Link to="/patches" search={{ open: one.patch }} className="hp-mono">
              {one.patch}
            </Link>{' '}
            <Link to="/qualification" search={{ open: one.patch }}>
              <SupplierSays standing={one.supplier} />
            </Link>
            <div className="hp-small">
              {one.decided.length === 0 && <span className="hp-muted">{names.notDecided}</span>}
              {one.decided.map((state, at) => (
                <span key={state.baseline}>
                  {at > 0 && '; '}
                  {state.baseline}: <MarkText mark={ownerMark(state.state)} />
                  {state.on_hold && <span className="hp-tone-due"> · ▲ {names.onHold}</span>}
                </span>
              ))}
            </div>
            <div className="hp-small">
              {one.ways.length === 0 && <span className="hp-tone-unsure">? {names.noWorkSaid}</span>}
              {one.ways.map((way, at) => (
                <span key={way.kind ?? ''}>
                  {at > 0 && '; '}
                  {way.kind && `${spoken(way.kind)}: `}
                  {names.minutes(way.work_minutes, way.undo_minutes)}
                </span>
              ))}
            </div>
          </li>
        ))}
      </ul>
      {offers.more > 0 && <p className="hp-muted">{names.more(grouped(offers.more))}</p>}
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

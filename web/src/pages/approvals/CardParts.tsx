// The parts of a decision's card: what it fixes, what restarts, how it was tested, who is affected, what if not.

import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, data } from '../../api/client';
import { ProblemError } from '../../api/problem';
import type { DecisionCardView, Emergency, TestRun } from '../../api/types';
import { messages } from '../../messages';
import { grouped } from '../../parts/ListBody';
import { MarkText, When } from '../../parts/MarkText';
import { ProblemNote } from '../../parts/ProblemNote';
import { useShownZone } from '../../shown';
import { controlMark, exemptionMark, kindWord, runMark } from '../../text/decisions';
import { quoted } from '../../text/filter';
import { kevMark, spoken } from '../../text/words';
import { ClockState, clockWord, Lane } from '../findings/lane';

const words = messages.approvals;
const names = words.card;
/** More assets than these do not go into one filter. */
const MOST_ASSETS = 60;

/** A term for the assets of a card; nothing when it does not name them all. */
function onAssets(card: DecisionCardView): string | undefined {
  const tags = card.places.flatMap((place) => place.tags);
  const all = card.places.reduce((sum, place) => sum + place.assets + place.unsure, 0);
  const isWhole = tags.length > 0 && tags.length === all && tags.length <= MOST_ASSETS;
  return isWhole ? `asset=${tags.map(quoted).join(',')}` : undefined;
}

/** What the patch fixes, and the most pressing finding of it. */
export function Fixes({ card }: { card: DecisionCardView }) {
  const references = card.fixes.map((one) => one.reference);
  const here = onAssets(card);
  const filter = [`vulnerability:${references.join(',')}`, here].filter(Boolean).join(' ');
  const found = useQuery({
    queryKey: ['findings', 'of-card', filter],
    enabled: references.length > 0 && !card.stake,
    queryFn: () =>
      data(api.GET('/api/v1/findings', { params: { query: { filter, sort: 'queue', limit: 1 } } })),
  });
  if (references.length === 0) {
    return <p className="hp-muted">{names.noFix}</p>;
  }
  const first = found.data?.items[0];
  return (
    <>
      <p>
        {card.fixes.map((one) => (
          <span key={one.reference} className="hp-fix">
            <Link to="/vulnerabilities" search={{ filter: `reference:${one.reference}` }} className="hp-mono">
              {one.reference}
            </Link>{' '}
            {one.base_tenths != null && (
              <span className="hp-muted">{(one.base_tenths / 10).toFixed(1)} </span>
            )}
            {one.kev !== 'no' && <MarkText mark={kevMark(one.kev)} />}
          </span>
        ))}
      </p>
      {card.stake && <AtStake stake={card.stake} filter={filter} />}
      {found.error && <ProblemNote error={found.error} onRetry={() => void found.refetch()} />}
      {found.data && !first && <p className="hp-muted">{names.noFindings}</p>}
      {found.data && first && (
        <p>
          {here ? names.first : names.firstAnywhere} <Lane lane={first.lane} />, {spoken(first.outcome)},{' '}
          <ClockState state={first.clock_state} />
          {' · '}
          <Link to="/findings" search={{ filter }}>
            {names.findings(grouped(found.data.count.value))}
          </Link>
        </p>
      )}
    </>
  );
}

type Stake = NonNullable<DecisionCardView['stake']>;

/** The most pressing finding on the assets of the card, by which clock it is due, and who says that it is exploited. */
export function AtStake({ stake, filter }: { stake: Stake; filter: string | undefined }) {
  const first = stake.first;
  const count = (stake.pressing.lanes ?? []).reduce((sum, lane) => sum + lane.findings, 0);
  const earliest = stake.pressing.earliest_clock;
  if (!first) {
    return <p className="hp-muted">{names.noFindings}</p>;
  }
  return (
    <>
      <p>
        {names.first} <Lane lane={first.lane} />, {spoken(first.outcome)}
        {first.lowest !== first.highest && (
          <span className="hp-tone-unsure"> ? {names.span(spoken(first.lowest), spoken(first.highest))}</span>
        )}
        , {first.vulnerability}, {first.asset_tag}
        {' · '}
        {filter ? (
          <Link to="/findings" search={{ filter }}>
            {names.findings(grouped(count))}
          </Link>
        ) : (
          names.findings(grouped(count))
        )}
      </p>
      {earliest && (
        <p>
          {messages.findings.clockOf(clockWord(earliest.clock), earliest.due)}{' '}
          <ClockState state={earliest.state} />
        </p>
      )}
      <p>
        {first.base_tenths == null ? (
          <span className="hp-tone-unsure">? {names.noScore}</span>
        ) : (
          names.score((first.base_tenths / 10).toFixed(1))
        )}
        {' · '}
        {names.exploited} <Exploited first={first} />
      </p>
    </>
  );
}

function Exploited({ first }: { first: NonNullable<Stake['first']> }) {
  const said = messages.findings;
  if (first.exploited === 'yes') {
    return <span className="hp-tone-due">▲ {said.exploitedBy(first.exploited_by ?? '?')}</span>;
  }
  if (first.exploited === 'no') {
    return <span>{said.notExploitedBy(first.exploited_by ?? '?')}</span>;
  }
  return <span className="hp-tone-unsure">? {said.noListing}</span>;
}

/** What the patch is: restart, what it replaces and needs, files with their hashes. */
export function Restart({ card }: { card: DecisionCardView }) {
  const patch = card.decision.patch ?? '';
  const detail = useQuery({
    queryKey: ['patch', patch],
    enabled: patch !== '',
    retry: false,
    queryFn: async () => {
      try {
        return await data(api.GET('/api/v1/patches/{id}', { params: { path: { id: patch } } }));
      } catch (error) {
        if (error instanceof ProblemError && error.status === 404) {
          return null;
        }
        throw error;
      }
    },
  });
  if (detail.data === null) {
    return (
      <p>
        <span className="hp-tone-unsure" aria-hidden="true">
          ?{' '}
        </span>
        {names.noSource}
      </p>
    );
  }
  const records = detail.data?.records ?? [];
  const supersedes = [...new Set(records.flatMap((one) => one.supersedes))];
  const files = detail.data?.files ?? [];
  return (
    <>
      {detail.error && <ProblemNote error={detail.error} onRetry={() => void detail.refetch()} />}
      {card.title && <p>{card.title}</p>}
      <p>
        {card.restart ? (
          names.restart(spoken(card.restart))
        ) : (
          <span className="hp-tone-unsure">{names.restartUnknown}</span>
        )}
        {supersedes.length > 0 && <> · {names.supersedes(supersedes.join(', '))}</>}
      </p>
      {detail.data && files.length === 0 && <p className="hp-muted">{names.noFiles}</p>}
      {files.map((file) => (
        <p key={file.sha256} className="hp-break">
          {file.name} <span className="hp-mono">{file.sha256}</span>{' '}
          <span className="hp-muted">{names.scanned(spoken(file.scan))}</span>
        </p>
      ))}
    </>
  );
}

function RunLine({ run }: { run: TestRun }) {
  const skipped = run.steps.filter((step) => step.result === 'skipped').length;
  return (
    <li>
      <MarkText mark={runMark(run.state)} />{' '}
      <Link to="/tests/$id" params={{ id: run.id }}>
        {run.kind === 'pilot' ? names.pilot(run.assets.length) : names.bench(run.environment ?? '?')}
      </Link>{' '}
      {run.ended_at && <When at={run.ended_at} dayOnly />} {names.by(run.tester)}
      {run.plan && <span> · {names.byPlan(run.plan, run.plan_version ?? undefined)}</span>}
      {!run.plan && <span className="hp-tone-caution"> · {names.ownSteps(run.steps.length)}</span>}
      {skipped > 0 && <span className="hp-tone-caution"> · {names.skipped(skipped, run.steps.length)}</span>}
      {run.differences.length > 0 && (
        <div className="hp-small">
          {names.difference} {run.differences.join('; ')}
        </div>
      )}
      {run.no_difference_by && <div className="hp-small">{names.noDifference(run.no_difference_by)}</div>}
    </li>
  );
}

export function Tested({ card }: { card: DecisionCardView }) {
  return (
    <>
      {card.decision.basis === 'inspection' && (
        <p>
          <span className="hp-tone-caution" aria-hidden="true">
            △{' '}
          </span>
          {names.noTest} {card.decision.inspection}
        </p>
      )}
      <ul className="hp-plain-list">
        {card.runs.map((run) => (
          <RunLine key={run.id} run={run} />
        ))}
      </ul>
    </>
  );
}

export function Affected({ card }: { card: DecisionCardView }) {
  const redundant = card.places.reduce((sum, place) => sum + place.redundant, 0);
  if (card.places.length === 0) {
    return <p className="hp-tone-unsure">{names.none}</p>;
  }
  return (
    <>
      <p>
        <strong>{names.assets(grouped(card.assets))}</strong>
        {card.assets_unsure > 0 && (
          <span className="hp-tone-unsure"> + {names.unsure(grouped(card.assets_unsure))}</span>
        )}
        {' · '}
        {redundant > 0 ? names.redundant(grouped(redundant)) : names.noRedundant}
      </p>
      <ul className="hp-plain-list hp-small">
        {card.places.slice(0, 8).map((place) => (
          <li key={`${place.site} ${place.zone}`}>
            {place.site ?? names.noSite}, {place.zone ?? names.noZone}: {grouped(place.assets)}
            {place.unsure > 0 && <span className="hp-tone-unsure"> + {grouped(place.unsure)} ?</span>}{' '}
            <span className="hp-muted">
              {place.tags.slice(0, 6).join(', ')}
              {place.assets + place.unsure > 6 && ' …'}
            </span>
          </li>
        ))}
        {card.places.length > 8 && <li>{names.more(grouped(card.places.length - 8))}</li>}
      </ul>
    </>
  );
}

/** What protects when nothing is installed: the exemptions that stand on the patch or on what it fixes. */
export function IfNot({ card }: { card: DecisionCardView }) {
  const what = [card.decision.patch, ...card.fixes.map((one) => one.reference)].filter(Boolean);
  const filter = `what:${what.map((one) => `"${one}"`).join(',')} -state:ended`;
  const found = useQuery({
    queryKey: ['exemptions', 'of-card', filter],
    enabled: !card.exemption && what.length > 0,
    queryFn: () => data(api.GET('/api/v1/exemptions', { params: { query: { filter, limit: 5 } } })),
  });
  const exemptions = card.exemption ? [card.exemption] : (found.data?.items ?? []);
  return (
    <>
      {!card.exemption && <p>{names.stays}</p>}
      {found.error && <ProblemNote error={found.error} onRetry={() => void found.refetch()} />}
      {found.data && exemptions.length === 0 && <p className="hp-muted">{names.noControls}</p>}
      <ul className="hp-plain-list">
        {exemptions.map((one) => (
          <li key={one.id}>
            <MarkText mark={exemptionMark(one.state)} />{' '}
            <Link to="/deferrals" search={{ open: one.id }}>
              {kindWord(one.kind)} {one.vulnerability ?? one.patch}
            </Link>
            , {one.on ?? one.on_kind}, {names.until('')}
            <When at={one.expires_at} dayOnly />
            {one.controls.map((control) => (
              <div key={`${control.control} ${control.what}`} className="hp-small">
                <MarkText mark={controlMark(control.verified)} /> {spoken(control.control)}: {control.what}
              </div>
            ))}
          </li>
        ))}
      </ul>
    </>
  );
}

export function EmergencyFacts({ emergency }: { emergency: Emergency }) {
  return (
    <>
      <p className="hp-tone-due">
        <span aria-hidden="true">▲ </span>
        {emergency.reason}
      </p>
      <p>
        {names.backup}: {emergency.backup}
      </p>
      <p>
        {names.wayBack}:{' '}
        {emergency.way_back ?? `${names.noWayBack(emergency.no_way_back_by ?? '?')} ${emergency.no_way_back}`}
      </p>
      <p>
        {emergency.evidence
          ? `${names.kept}: ${emergency.evidence}`
          : `${names.noKept} ${emergency.no_evidence}`}
      </p>
      <p>
        <Review emergency={emergency} />
        {emergency.review && <>: {emergency.review}</>}
      </p>
    </>
  );
}

/** Whether somebody looked at what was shortened, and if not, until when somebody must. */
export function Review({ emergency }: { emergency: Emergency }) {
  if (emergency.reviewed_at) {
    return (
      <>
        {names.reviewed} <When at={emergency.reviewed_at} dayOnly />
      </>
    );
  }
  if (!emergency.review_due_at) {
    return names.reviewLater;
  }
  return (
    <>
      {names.reviewDue} <When at={emergency.review_due_at} dayOnly />{' '}
      <ReviewClock due={emergency.review_due_at} />
    </>
  );
}

/** How the clock of the review stands. */
function ReviewClock({ due }: { due: string }) {
  const { now } = useShownZone();
  const days = Math.floor((new Date(due).getTime() - now.getTime()) / 86_400_000);
  return (
    <MarkText
      mark={
        days < 0
          ? { symbol: '◆', word: names.reviewLate(-days), tone: 'act' }
          : { symbol: '▲', word: names.reviewLeft(days), tone: 'due' }
      }
    />
  );
}

export function Signed({ card }: { card: DecisionCardView }) {
  const decision = card.decision;
  const left = decision.needed - decision.signatures.length;
  return (
    <>
      <ul className="hp-plain-list">
        <li>
          {words.columns.author} {decision.author.name}, <When at={decision.asked_at} />
        </li>
        {decision.signatures.map((one) => (
          <li key={one.by.account}>
            <span aria-hidden="true">✓ </span>
            {one.by.name}
            {one.on_behalf_of && <> {words.nameOf(one.on_behalf_of.name)}</>}, <When at={one.at} />
            {one.note && <>: {one.note}</>}
          </li>
        ))}
      </ul>
      {decision.closed_why && (
        <p>
          {names.closed}: {decision.closed_why} ({decision.closed_by})
        </p>
      )}
      {decision.state === 'waiting' && <p>{left > 0 ? names.missing(left) : names.complete}</p>}
      <p className="hp-small hp-muted hp-break">
        {names.hash}: <span className="hp-mono">{card.hash}</span>
      </p>
    </>
  );
}

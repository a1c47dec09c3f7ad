// One step of a deployment, live: where it stands and what it waits for, what may be said, the promise held against what was
// seen, and everything that happened with its evidence.

import { Button } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { api, data } from '../../api/client';
import { useMay } from '../../api/session';
import type { DeploymentStepShown, StepEvent, StepSaying } from '../../api/types';
import { messages } from '../../messages';
import { CopyAs } from '../../parts/CopyAs';
import { Facts, Section } from '../../parts/Facts';
import { keyed } from '../../parts/keyed';
import { Age, MarkText, NotApplicable, When } from '../../parts/MarkText';
import { Page } from '../../parts/Page';
import { ProblemNote } from '../../parts/ProblemNote';
import { LIVE_MS } from '../../parts/useList';
import { observedMark, reportedMark, stepMark } from '../../text/deployments';
import { workOrders } from '../../words/travel';
import { IssueDialog } from '../work-orders/IssueDialog';
import { Hold } from './DeploymentPage';
import { SayDialog } from './SayDialog';

const words = messages.deployments;
/** States in which nothing on the asset was begun. */
const UNTOUCHED = ['waiting', 'staged', 'checked', 'backed_up'];

export function StepPage() {
  const { id, number } = useParams({ strict: false }) as { id: string; number: string };
  const found = useQuery({
    queryKey: ['deployment-step', id, number],
    queryFn: () =>
      data(api.GET('/api/v1/deployments/{id}/steps/{number}', { params: { path: { id, number } } })),
    refetchInterval: LIVE_MS,
  });
  const [issuing, setIssuing] = useState(false);
  const mayPlan = useMay('write-plans');
  const shown = found.data;
  const title = shown ? words.stepTitle(shown.step.number, shown.step.asset) : messages.list.loading;
  return (
    <Page
      title={title}
      kicker={
        <Link to="/deployments/$id" params={{ id }}>
          {shown ? `${shown.step.plan_number}: ${shown.step.title}` : words.back}
        </Link>
      }
      actions={
        <>
          {shown && mayPlan && UNTOUCHED.includes(shown.step.state) && (
            <Button size="sm" variant="secondary" onClick={() => setIssuing(true)}>
              {workOrders.issue}
            </Button>
          )}
          <CopyAs
            noun={`deployment step ${shown?.step.plan_number ?? id} ${number}`}
            path={`/api/v1/deployments/${id}/steps/${number}`}
            filter=""
          />
        </>
      }
    >
      {found.error && <ProblemNote error={found.error} onRetry={() => void found.refetch()} />}
      {shown && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        <section className="hp-scroll hp-step-page" tabIndex={0} aria-label={words.events}>
          <Standing shown={shown} />
          <Sayings shown={shown} />
          <Promised shown={shown} />
          <Differences shown={shown} />
          <Events events={shown.events} />
        </section>
      )}
      {shown && issuing && (
        <IssueDialog
          plan={shown.step.plan_id}
          step={shown.step.number}
          title={title}
          onClose={() => setIssuing(false)}
        />
      )}
    </Page>
  );
}

function Standing({ shown }: { shown: DeploymentStepShown }) {
  const { step } = shown;
  return (
    <>
      {step.overdue && (
        <p className="hp-note" role="status">
          <span aria-hidden="true">△ </span>
          {words.step.overdue}: {step.overdue}
        </p>
      )}
      {shown.holds.map((hold) => (
        <Hold key={`${hold.before}-${hold.number}`} plan={step.plan_id} hold={hold} />
      ))}
      <div className="hp-plan-head">
        <Facts
          rows={[
            [
              words.step.state,
              <span key="s">
                <MarkText mark={stepMark(step.state)} /> <Age at={step.moved_at} />
              </span>,
            ],
            [words.step.waits, step.wait_why ?? <NotApplicable key="w" />],
            [
              words.step.deadline,
              step.deadline || step.wait_until ? (
                <When key="d" at={step.deadline ?? step.wait_until} />
              ) : (
                <NotApplicable key="d" />
              ),
            ],
          ]}
        />
        <Facts
          rows={[
            [
              words.step.asset,
              <Link key="a" to="/assets/$id" params={{ id: step.asset_id }}>
                {step.asset}
              </Link>,
            ],
            [words.step.patch, step.patch],
            [words.wayBack, shown.way_back],
          ]}
        />
        <Facts
          rows={[
            [words.step.start, <When key="p" at={step.start} />],
            [words.lastSafeStart, <When key="l" at={shown.last_safe_start} />],
            [words.window, `${shown.window} (${words.minutes(shown.work_minutes, shown.undo_minutes)})`],
          ]}
        />
      </div>
    </>
  );
}

function Sayings({ shown }: { shown: DeploymentStepShown }) {
  const [saying, setSaying] = useState<StepSaying>();
  const mayPlan = useMay('write-plans');
  const maySign = useMay('approve');
  const fits = shown.sayings.filter((one) => mayPlan || (maySign && one.word === 'open_hold'));
  return (
    <Section title={words.say} top>
      {shown.sayings.length === 0 && <p className="hp-muted">{words.sayNone}</p>}
      {shown.sayings.length > 0 && fits.length === 0 && <p className="hp-muted">{words.sayNotYou}</p>}
      <div className="hp-sayings">
        {fits.map((one) => (
          <Button
            key={one.word}
            size="sm"
            variant={one.word === 'end' || one.word === 'go_back' ? 'danger' : 'secondary'}
            onClick={() => setSaying(one)}
          >
            {words.sayings[one.word] ?? one.word}
          </Button>
        ))}
      </div>
      {shown.words.length > 0 && (
        <>
          <h3>{words.said}</h3>
          <ul className="hp-list">
            {shown.words.map((word) => (
              <li key={word.kind}>
                <When at={word.at} /> {word.by}, {words.kinds[word.kind] ?? word.kind}: {word.said}
              </li>
            ))}
          </ul>
        </>
      )}
      {saying && <SayDialog shown={shown} saying={saying} onClose={() => setSaying(undefined)} />}
    </Section>
  );
}

/** Reported, observed and verified are three different things and stand side by side. */
function Promised({ shown }: { shown: DeploymentStepShown }) {
  const { step } = shown;
  return (
    <Section title={words.promise} top>
      <div className="hp-three">
        <div>
          <h3>{words.reported}</h3>
          <MarkText mark={reportedMark(step.reported)} />
          {step.reported_at && <When at={step.reported_at} />}
        </div>
        <div>
          <h3>{words.observed}</h3>
          <MarkText mark={observedMark(step.observed)} />
          {step.observed_at && <When at={step.observed_at} />}
          {step.observed_what && <p>{step.observed_what}</p>}
          {step.observed_by && (
            <p className="hp-muted">{words.readers[step.observed_by] ?? step.observed_by}</p>
          )}
        </div>
        <div>
          <h3>{words.verified}</h3>
          {step.verified_at ? (
            <>
              <MarkText mark={{ symbol: '✓', word: words.verified, tone: 'plain' }} />
              <When at={step.verified_at} />
              {step.own_word && <p className="hp-muted">{words.ownWord}</p>}
            </>
          ) : (
            <MarkText mark={{ symbol: '?', word: words.notVerified, tone: 'unsure' }} />
          )}
          {step.drift > 0 && (
            <p className="hp-tone-act">
              <Link to="/verification" search={{ tab: 'drift', filter: `open:yes asset="${step.asset}"` }}>
                {words.columns.drift}: {step.drift}
              </Link>
            </p>
          )}
        </div>
      </div>
      {shown.promise.length > 0 && (
        <p className="hp-small">
          {words.promised}:{' '}
          {shown.promise.map((one) => `${one.name} ${one.version ?? words.gone}`).join(', ')}
        </p>
      )}
    </Section>
  );
}

function Differences({ shown }: { shown: DeploymentStepShown }) {
  const found = shown.differences;
  return (
    <Section title={words.differences} top>
      {!found && <p className="hp-muted">{words.notCompared}</p>}
      {found && found.length === 0 && <p className="hp-muted">{words.noDifferences}</p>}
      {found && found.length > 0 && (
        <ul className="hp-list">
          {keyed(found, (one) => `${one.part} ${one.name}`).map(({ key, item }) => (
            <li key={key}>
              <MarkText
                mark={
                  item.expected
                    ? { symbol: '✓', word: words.expected, tone: 'muted' }
                    : { symbol: '✗', word: words.unexpected, tone: 'act' }
                }
              />{' '}
              {item.part} <span className="hp-mono">{item.name}</span>: {item.before ?? words.nothing} →{' '}
              {item.after ?? words.nothing}
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

function Events({ events }: { events: readonly StepEvent[] }) {
  return (
    <Section title={words.events} top>
      <ol className="hp-list hp-events">
        {keyed(events, (event) => `${event.at} ${event.kind} ${event.deed}`).map(({ key, item }) => (
          <li key={key}>
            <When at={item.at} /> <strong>{item.deed ? (words.deeds[item.deed] ?? item.deed) : ''}</strong>
            {item.attempt && item.attempt > 1 ? ` (${item.attempt})` : ''}{' '}
            {words.outcomes[item.outcome ?? item.kind] ?? item.outcome ?? item.kind}
            {item.what && `: ${item.what}`} <span className="hp-muted">{item.by}</span>
            {item.evidence && (
              <details>
                <summary>{words.evidence}</summary>
                <pre className="hp-mono hp-evidence">{item.evidence}</pre>
              </details>
            )}
          </li>
        ))}
      </ol>
    </Section>
  );
}

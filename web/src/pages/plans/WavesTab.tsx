// The waves of a plan in their order, each behind its hold point, with the first of its steps.

import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, data } from '../../api/client';
import type { PlannedStep, PlanShown } from '../../api/types';
import { messages } from '../../messages';
import { Empty } from '../../parts/Empty';
import { When } from '../../parts/MarkText';
import { ProblemNote } from '../../parts/ProblemNote';
import { length } from '../../text/lengths';

const words = messages.plans;
/** Steps of one wave that are shown here; the part "Steps" has all. */
const SHOWN = 8;

export function WavesTab({ shown }: { shown: PlanShown }) {
  const { id } = shown.plan;
  const steps = useQuery({
    queryKey: ['plan-steps', id, 'first'],
    queryFn: () =>
      data(api.GET('/api/v1/plans/{id}/steps', { params: { path: { id }, query: { limit: 1000 } } })),
  });
  if (shown.waves.length === 0) {
    return (
      <Empty title={messages.plans.columns.waits}>
        <p>{words.noSteps}</p>
      </Empty>
    );
  }
  const byNumber = new Map(steps.data?.items.map((step) => [step.number, step]));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <section className="hp-scroll hp-waves" tabIndex={0} aria-label={words.tabs.waves}>
      {steps.error && <ProblemNote error={steps.error} onRetry={() => void steps.refetch()} />}
      {shown.remarks.length > 0 && (
        <div className="hp-wave-remarks">
          <h2>{words.remarks}</h2>
          <ul className="hp-list">
            {shown.remarks.map((remark) => (
              <li key={remark}>{remark}</li>
            ))}
          </ul>
        </div>
      )}
      <ol>
        {shown.waves.map((wave) => {
          const hold = shown.holds.find((one) => wave.steps.includes(one.before));
          const own = wave.steps.map((number) => byNumber.get(number)).filter((one) => one !== undefined);
          return (
            <li key={`${wave.patch} ${wave.number}`}>
              {hold && (
                <p className="hp-hold">
                  <strong>
                    <span aria-hidden="true">■ </span>
                    {words.hold}
                  </strong>{' '}
                  {words.holdBefore(hold.before)}, {words.openedBy(hold.opened_by)}: {hold.evidence}
                </p>
              )}
              <h2>
                {words.wave(words.kinds[wave.kind] ?? wave.kind, wave.number)}: {wave.patch}
              </h2>
              <p className="hp-muted hp-small">
                {words.stepsOf(wave.steps.length)}; {words.failures(wave.failures_allowed)};{' '}
                {words.soak(length(wave.soak_minutes))}
              </p>
              <ul className="hp-list">
                {own.slice(0, SHOWN).map((step) => (
                  <Step key={step.number} step={step} />
                ))}
              </ul>
              {wave.steps.length > SHOWN && (
                <p className="hp-muted hp-small">
                  <Link to="." search={{ tab: 'steps', filter: `patch:"${wave.patch}"` }}>
                    {messages.actions.more(wave.steps.length - SHOWN)}
                  </Link>
                </p>
              )}
            </li>
          );
        })}
      </ol>
    </section>
  );
}

function Step({ step }: { step: PlannedStep }) {
  return (
    <li>
      <span className="hp-number">{step.number}.</span>{' '}
      <Link to="/assets/$id" params={{ id: step.asset_id }}>
        {step.asset}
      </Link>{' '}
      <When at={step.start} />, {words.step.last.toLowerCase()} <When at={step.last_safe_start} />,{' '}
      <Link to="/windows/$id" params={{ id: step.window_id }}>
        {step.window}
      </Link>
    </li>
  );
}

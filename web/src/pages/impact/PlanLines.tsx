// The plans that were made of an advisory, one a site: what was submitted, what stays a draft and why.

import { api, data } from '../../api/client';
import { asProblem } from '../../api/problem';
import { messages } from '../../messages';
import { grouped } from '../../parts/ListBody';
import { When } from '../../parts/MarkText';

const words = messages.triage;

export interface Drafted {
  readonly id: string;
  readonly number: number;
  readonly site: string;
  readonly steps: number;
  readonly waits: number;
  readonly first: string | undefined;
  /** Why it stays a draft; absent: it was submitted. */
  readonly why: string | undefined;
}

/** Drafts a plan a site and submits each; a refusal keeps the draft and its words. */
export async function draftAndSubmit(asked: {
  advisory: string;
  reason: string;
  site?: string;
}): Promise<Drafted[]> {
  const made = await data(api.POST('/api/v1/plans:propose', { body: asked }));
  const drafted: Drafted[] = [];
  for (const plan of made.plans) {
    const why = await api
      .POST('/api/v1/plans/{id}/submit', {
        params: { path: { id: plan.id } },
        body: { reason: asked.reason },
      })
      .then(
        () => undefined,
        (error: unknown) => asProblem(error).detail,
      );
    drafted.push({
      id: plan.id,
      number: plan.number,
      site: plan.site,
      steps: plan.steps,
      waits: plan.waits,
      first: plan.first_start ?? undefined,
      why,
    });
  }
  return drafted;
}

export function PlanLines({ plans }: { plans: readonly Drafted[] }) {
  return (
    <ul className="hp-plain-list" role="status">
      {plans.length === 0 && <li>{words.noPlan}</li>}
      {plans.map((plan) => (
        <li key={plan.id}>
          <a href={`/plans/${plan.id}`}>{words.planName(String(plan.number))}</a>,{' '}
          {words.planLine(plan.site, grouped(plan.steps), grouped(plan.waits))}
          {plan.first && (
            <>
              , {words.planFrom} <When at={plan.first} />
            </>
          )}
          {': '}
          {plan.why === undefined ? (
            words.planSubmitted
          ) : (
            <span className="hp-tone-caution">△ {words.planDraft(plan.why)}</span>
          )}
        </li>
      ))}
    </ul>
  );
}

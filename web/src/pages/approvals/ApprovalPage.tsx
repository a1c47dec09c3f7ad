// One decision as a page of its own: the same card, wide.

import { useParams } from '@tanstack/react-router';
import { messages } from '../../messages';
import { Page } from '../../parts/Page';
import { DecisionCard, useCard } from './DecisionCard';
import { subject, where } from './subject';

const words = messages.approvals;

export function ApprovalPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const decision = useCard(id).data?.decision;
  const kicker = decision && [words.number(decision.number), where(decision)].filter(Boolean).join(' · ');
  return (
    <Page title={decision ? subject(decision) : words.title} kicker={kicker}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <section className="hp-text" tabIndex={0} aria-label={words.title}>
        <DecisionCard id={id} />
      </section>
    </Page>
  );
}

// The card of a decision: everything that a signer must see on one screen, and what they can do about it.

import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { createContext, type ReactNode, use } from 'react';
import { api, data } from '../../api/client';
import type { DecisionCardView } from '../../api/types';
import { messages } from '../../messages';
import { MarkText, When } from '../../parts/MarkText';
import { ProblemNote } from '../../parts/ProblemNote';
import { SupplierSays } from '../../parts/SupplierSays';
import { decisionMark, kindWord, ownerMark, riskWord } from '../../text/decisions';
import { Actions } from './Actions';
import { CarriedOut, OnOffer } from './CardCarrying';
import { Affected, EmergencyFacts, Fixes, IfNot, Restart, Signed, Tested } from './CardParts';
import { OwnWord, Sources } from './CardSources';

const words = messages.approvals;
const names = words.card;

export function useCard(id: string) {
  return useQuery({
    queryKey: ['decision', id],
    queryFn: () => data(api.GET('/api/v1/decisions/{id}', { params: { path: { id } } })),
  });
}

/** A card in a drawer stands below the drawer's title, on a page below the page's own. */
const Heading = createContext<'h2' | 'h3'>('h3');

export function Part({ name, children }: { name: string; children: ReactNode }) {
  const Level = use(Heading);
  return (
    <section className="hp-card-part" aria-label={name}>
      <Level>{name}</Level>
      <div>{children}</div>
    </section>
  );
}

export function DecisionCard({ id, linked }: { id: string; linked?: boolean }) {
  const asked = useCard(id);
  if (asked.error) {
    return <ProblemNote error={asked.error} onRetry={() => void asked.refetch()} />;
  }
  if (!asked.data) {
    return (
      <p className="hp-loading" role="status">
        {messages.list.loading} …
      </p>
    );
  }
  return (
    <Heading value={linked ? 'h3' : 'h2'}>
      <Card card={asked.data} linked={linked === true} />
    </Heading>
  );
}

function Card({ card, linked }: { card: DecisionCardView; linked: boolean }) {
  const decision = card.decision;
  const authorises = decision.kind === 'approve' && decision.patch;
  return (
    <div className="hp-card">
      <p className="hp-card-head">
        <MarkText mark={decisionMark(decision.state)} />
        <span>
          {kindWord(decision.kind)} ·{' '}
          {words.procedureOf(messages.words.procedure[decision.procedure] ?? decision.procedure)}
        </span>
        {linked && (
          <Link to="/approvals/$id" params={{ id: decision.id }}>
            {words.open}
          </Link>
        )}
      </p>
      {!card.unchanged && decision.state === 'waiting' && (
        <p className="hp-note" role="status">
          <span aria-hidden="true">△ </span>
          {names.changed}
        </p>
      )}
      <Actions card={card} />
      <Part name={names.why}>
        {card.exemption && (
          <p>{messages.deferrals.codes[card.exemption.reason_code] ?? card.exemption.reason_code}</p>
        )}
        <p className="hp-sentence">{decision.reason}</p>
        {(decision.patch || card.exemption) && <Fixes card={card} />}
        <RiskLine card={card} />
      </Part>
      {decision.patch && (
        <Part name={names.what}>
          <Restart card={card} />
          {authorises && (
            <p>
              {names.state}: <MarkText mark={ownerMark(card.state)} />
              {card.hold && <span className="hp-tone-due"> · {card.hold}</span>}
            </p>
          )}
          {decision.expires_at && (
            <p>
              {names.expires('')}
              <When at={decision.expires_at} dayOnly />
            </p>
          )}
        </Part>
      )}
      {card.carrying && (
        <Part name={names.carrying}>
          <CarriedOut carrying={card.carrying} />
        </Part>
      )}
      {authorises && (
        <Part name={names.tested}>
          <Tested card={card} />
        </Part>
      )}
      {authorises && (
        <Part name={names.supplier}>
          <Supplier card={card} />
        </Part>
      )}
      {(decision.patch || card.exemption) && (
        <Part name={names.sources}>
          <Sources card={card} />
        </Part>
      )}
      {decision.emergency && (
        <Part name={names.evidence}>
          <EmergencyFacts emergency={decision.emergency} />
        </Part>
      )}
      {(authorises || card.exemption) && (
        <Part name={names.affected}>
          <Affected card={card} />
        </Part>
      )}
      {(authorises || card.exemption) && (
        <Part name={card.exemption ? names.controls : names.otherwise}>
          <IfNot card={card} />
        </Part>
      )}
      {card.exemption && (
        <Part name={names.onOffer}>
          <OnOffer card={card} />
        </Part>
      )}
      <Part name={names.signatures}>
        <Signed card={card} />
      </Part>
    </div>
  );
}

/** On what the supplier's yes depends, and of each how it is known that it is met; without that nobody has said so. */
function Conditions({ card }: { card: DecisionCardView }) {
  const conditions = card.supplier?.conditions ?? [];
  const met = card.decision.conditions_met;
  const all = [...conditions, ...met.map((one) => one.condition)].filter(
    (one, index, list) => list.indexOf(one) === index,
  );
  if (all.length === 0) {
    return null;
  }
  return (
    <>
      <p>{names.conditions}</p>
      <ul>
        {all.map((condition) => {
          const known = met.find((one) => one.condition === condition);
          return (
            <li key={condition}>
              “{condition}”:{' '}
              {known ? names.met(known.why) : <span className="hp-tone-due">{names.notMet}</span>}
            </li>
          );
        })}
      </ul>
    </>
  );
}

function RiskLine({ card }: { card: DecisionCardView }) {
  return (
    <p className="hp-muted">
      {messages.approvals.columns.risk} {riskWord(card.decision.risk)}: {card.decision.risk_why.join('; ')}
    </p>
  );
}

function Supplier({ card }: { card: DecisionCardView }) {
  const decision = card.decision;
  const footing = decision.footing ? messages.words.footing[decision.footing] : undefined;
  return (
    <>
      {card.supplier && (
        <p>
          <SupplierSays standing={card.supplier} />
        </p>
      )}
      {card.said && <OwnWord said={card.said} />}
      <Conditions card={card} />
      {footing && (
        <p className={decision.footing === 'override' ? 'hp-tone-due' : undefined}>
          {footing}
          {decision.footing_reason && <>: {decision.footing_reason}</>}
          {decision.risk_owner && <> · {decision.risk_owner}</>}
        </p>
      )}
    </>
  );
}

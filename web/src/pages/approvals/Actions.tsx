// What the reader can do about a decision. Why they cannot is said before they try; y, n and r do the same as the buttons.

import { Button } from '@patternfly/react-core';
import { useEffect, useRef, useState } from 'react';
import { may, useSession } from '../../api/session';
import type { DecisionCardView } from '../../api/types';
import { isTyping } from '../../frame/typing';
import { messages } from '../../messages';
import { Sentence } from '../../parts/Sentence';
import { type Proposal, ProposeDialog } from '../deferrals/ProposeDialog';
import { AnswerDialog, type Deed } from './AnswerDialog';
import { SignDialog } from './SignDialog';

const words = messages.approvals;
const names = words.card;

type Open =
  | { readonly what: 'sign' }
  | { readonly what: 'answer'; readonly deed: Deed }
  | { readonly what: 'instead'; readonly proposal: Proposal };

export function Actions({ card }: { card: DecisionCardView }) {
  const session = useSession().data;
  const [open, setOpen] = useState<Open>();
  const decision = card.decision;
  const waits = decision.state === 'waiting';
  const canSign = waits && (card.cannot_sign.length === 0 || card.sign_for.length > 0);
  const approves = may(session, 'approve');
  const isAuthor = session !== undefined && decision.author.name === session.user.name;
  const standing =
    decision.state === 'granted' && (decision.standard || (decision.kind === 'reject' && !decision.baseline));
  const reviews = decision.emergency && !decision.emergency.reviewed_at && decision.state === 'granted';
  const answer = (deed: Deed) => setOpen({ what: 'answer', deed });
  const instead = (kind: Proposal['kind']) =>
    setOpen({
      what: 'instead',
      proposal: {
        kind,
        subject: decision.patch ?? '',
        subjectKind: 'patch',
        onKind: 'baseline',
        on: decision.baseline ?? '',
      },
    });
  useAnswerKeys(open === undefined, {
    y: () => canSign && setOpen({ what: 'sign' }),
    n: () => waits && approves && !isAuthor && answer('reject'),
    r: () => waits && approves && !isAuthor && answer('return'),
  });
  return (
    <div className="hp-card-actions">
      {waits && <Standing card={card} />}
      <div className="hp-actions">
        {canSign && <Button onClick={() => setOpen({ what: 'sign' })}>{words.approve}</Button>}
        {waits && approves && !isAuthor && (
          <>
            <Button variant="secondary" onClick={() => answer('return')}>
              {words.returned}
            </Button>
            <Button variant="secondary" onClick={() => answer('reject')}>
              {words.reject}
            </Button>
          </>
        )}
        {waits && isAuthor && (
          <Button variant="secondary" onClick={() => answer('withdraw')}>
            {words.withdraw}
          </Button>
        )}
        {standing && approves && (
          <Button variant="secondary" onClick={() => answer('revoke')}>
            {words.revoke}
          </Button>
        )}
        {reviews && approves && !isAuthor && <Button onClick={() => answer('review')}>{words.review}</Button>}
        {waits && decision.kind === 'approve' && decision.patch && may(session, 'write-decisions') && (
          <span className="hp-instead">
            <span className="hp-muted">{words.instead}</span>
            <Button variant="link" isInline onClick={() => instead('defer')}>
              {words.defer}
            </Button>
            <Button variant="link" isInline onClick={() => instead('mitigate')}>
              {words.mitigate}
            </Button>
            <Button variant="link" isInline onClick={() => instead('accept')}>
              {words.accept}
            </Button>
          </span>
        )}
      </div>
      {canSign && <p className="hp-small hp-muted">{words.keyHint}</p>}
      {open?.what === 'sign' && <SignDialog card={card} onClose={() => setOpen(undefined)} />}
      {open?.what === 'answer' && (
        <AnswerDialog decision={decision} deed={open.deed} onClose={() => setOpen(undefined)} />
      )}
      {open?.what === 'instead' && (
        <ProposeDialog proposal={open.proposal} onClose={() => setOpen(undefined)} />
      )}
    </div>
  );
}

/** Whether the reader can sign, and if not why, before they try. */
function Standing({ card }: { card: DecisionCardView }) {
  if (card.cannot_sign.length === 0) {
    return (
      <p>
        <span aria-hidden="true">✓ </span>
        {card.decision.basis === 'tested' ? names.canTested : names.can}
      </p>
    );
  }
  return (
    <>
      <div className="hp-cannot" role="note">
        <strong>{names.cannot}</strong>
        <ul>
          {card.cannot_sign.map((why) => (
            <li key={why}>
              <Sentence text={why} />
            </li>
          ))}
        </ul>
      </div>
      {card.sign_for.length > 0 && (
        <p>
          <span aria-hidden="true">✓ </span>
          {names.canFor(card.sign_for.join(', '))}
        </p>
      )}
    </>
  );
}

function useAnswerKeys(listens: boolean, keys: Record<string, () => void>): void {
  const now = useRef(keys);
  now.current = keys;
  useEffect(() => {
    if (!listens) {
      return;
    }
    const onKey = (event: KeyboardEvent) => {
      const act = isTyping(event) ? undefined : now.current[event.key];
      if (act && document.querySelector('[role="dialog"]') === null) {
        event.preventDefault();
        act();
      }
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [listens]);
}

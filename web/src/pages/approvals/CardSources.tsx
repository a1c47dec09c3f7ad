// Whose words a decision rests on: the supplier's own word and where it stands, and the documents with their publishers and
// the way they came here.

import { Link } from '@tanstack/react-router';
import type { DecisionCardView } from '../../api/types';
import { messages } from '../../messages';
import { When } from '../../parts/MarkText';

const names = messages.approvals.card;

/** The supplier's own word, letter by letter, and where it was said. */
export function OwnWord({ said }: { said: NonNullable<DecisionCardView['said']> }) {
  const { source } = said;
  const place = [source.name, source.place].filter(Boolean).join(', ');
  return (
    <>
      <p>
        {names.ownWord} <q>{said.word}</q>
        {said.conditions && <>; {said.conditions}</>}
      </p>
      <p className="hp-muted">
        {said.publisher} · {said.product} {said.version ?? names.noVersion} ·{' '}
        {names.saidIn[source.kind] ?? source.kind} {place}
        {source.question && (
          <Link to="/suppliers" search={{ open: source.question }}>
            {names.question}
          </Link>
        )}
        {said.issued_at && (
          <>
            {' '}
            · {names.saidOn} <When at={said.issued_at} dayOnly />
          </>
        )}
        {said.received_at && (
          <>
            {' '}
            · {said.issued_at ? names.received : names.undated} <When at={said.received_at} dayOnly />
          </>
        )}
        {` · ${messages.qualification.hands(said.brought_by, said.confirmed_by)} · `}
        <Link to="/qualification" search={{ open: said.patch }}>
          {names.statements}
        </Link>
      </p>
    </>
  );
}

/** The documents that speak of what is decided. */
export function Sources({ card }: { card: DecisionCardView }) {
  if (card.spoken.length === 0) {
    return <p className="hp-muted">{names.noDocument}</p>;
  }
  return (
    <ul className="hp-plain-list">
      {card.spoken.map((one) => (
        <li key={`${one.origin} ${one.document}`} className="hp-break">
          {one.advisory_id ? (
            <Link to="/advisories/$id" params={{ id: one.advisory_id }} className="hp-mono">
              {one.document}
            </Link>
          ) : (
            <span className="hp-mono">{one.document}</span>
          )}
          {one.publisher && <> · {one.publisher}</>} ·{' '}
          <span className="hp-muted">
            {names.cameBy} {one.origin}, {names.received} <When at={one.received_at} dayOnly />
          </span>
        </li>
      ))}
    </ul>
  );
}

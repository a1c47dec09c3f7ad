// What an asset should have by the baselines that govern it: what may be installed, what another one stands in for, what nobody
// can say, what is blocked, and what is for something else.

import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, data } from '../../api/client';
import { messages } from '../../messages';
import { ProblemNote } from '../../parts/ProblemNote';

const words = messages.patches.byBaseline;
/** More of one kind than these are counted. */
const MOST = 12;

interface Row {
  readonly patch: string;
  readonly why?: string;
}

export function AssetBaseline({ id }: { id: string }) {
  const found = useQuery({
    queryKey: ['asset', id, 'baseline'],
    queryFn: () => data(api.GET('/api/v1/assets/{id}/baseline', { params: { path: { id } } })),
  });
  if (found.error) {
    return <ProblemNote error={found.error} onRetry={() => void found.refetch()} />;
  }
  const answer = found.data;
  if (!answer) {
    return null;
  }
  const because = (one: { row: { entry: { patch: string } }; why: string }) => ({
    patch: one.row.entry.patch,
    why: one.why,
  });
  return (
    <section className="hp-headline" aria-label={words.title}>
      <p>
        {answer.governing === 'none' ? words.none : `${words.governed} ${answer.baselines.join(', ')}`}
        {answer.governing === 'several' && <span className="hp-tone-unsure"> · ? {words.several}</span>}
        {answer.missing.length > 0 && (
          <span className="hp-tone-unsure">
            {' '}
            · ? {words.missing} {answer.missing.join(', ')}
          </span>
        )}
      </p>
      <Kind name={words.shouldHave} rows={answer.should_have.map((one) => ({ patch: one.entry.patch }))} />
      <Kind name={words.superseded} rows={answer.superseded.map(because)} />
      <Kind name={words.unsure} rows={answer.unsure.map(because)} unsure />
      <Kind
        name={words.blocked}
        rows={answer.blocked.map((one) => ({ patch: one.entry.patch, why: one.blocked.join('; ') }))}
      />
      <Kind name={words.forOthers} rows={answer.for_others} />
    </section>
  );
}

function Kind({ name, rows, unsure }: { name: string; rows: readonly Row[]; unsure?: boolean }) {
  if (rows.length === 0) {
    return null;
  }
  return (
    <p className="hp-small">
      {unsure && <span className="hp-tone-unsure">? </span>}
      {name}:{' '}
      {rows.slice(0, MOST).map((row, at) => (
        <span key={row.patch} title={row.why}>
          {at > 0 && ', '}
          <Link to="/patches" search={{ open: row.patch }}>
            {row.patch}
          </Link>
        </span>
      ))}
      {rows.length > MOST && ` ${messages.approvals.card.more(String(rows.length - MOST))}`}
    </p>
  );
}

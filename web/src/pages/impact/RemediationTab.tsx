// Where the work on this advisory stands: the numbers, each a link to exactly its rows, and the rows.

import { useQuery } from '@tanstack/react-query';
import { api, data } from '../../api/client';
import type { Advisory } from '../../api/types';
import { messages } from '../../messages';
import { CountLink } from '../../parts/Counts';
import { grouped } from '../../parts/ListBody';
import { ProblemNote } from '../../parts/ProblemNote';
import { statusMark } from '../../text/words';
import { useView } from '../../view';
import { RemediationList } from '../remediation/RemediationList';

const words = messages.remediation;

export function RemediationTab({ advisory }: { advisory: Advisory }) {
  return (
    <>
      <Statistics id={advisory.id} />
      <RemediationList advisory={advisory} />
    </>
  );
}

function Statistics({ id }: { id: string }) {
  const [view] = useView();
  const statistics = useQuery({
    queryKey: ['statistics', id, view.as_of],
    queryFn: () =>
      data(
        api.GET('/api/v1/advisories/{id}/statistics', {
          params: { path: { id }, query: { as_of: view.as_of } },
        }),
      ),
  });
  if (statistics.error) {
    return <ProblemNote error={statistics.error} onRetry={() => void statistics.refetch()} />;
  }
  const found = statistics.data;
  if (!found) {
    return null;
  }
  const { assets, lines } = found;
  const asOf = view.as_of ? { as_of: view.as_of } : {};
  const number = (state: 'not_remediated' | 'in_progress' | 'done') => {
    const label = statusMark(state).word.toLowerCase();
    return (
      <span className={state === 'done' ? 'hp-total hp-muted' : 'hp-total'}>
        <strong>
          <CountLink
            value={lines[state]}
            to="."
            search={{ tab: 'remediation', filter: `state:${state}`, ...asOf }}
            label={label}
          />
        </strong>{' '}
        {label}
      </span>
    );
  };
  return (
    <section className="hp-headline">
      <p className="hp-totals">
        {number('not_remediated')}
        {number('in_progress')}
        {number('done')}
      </p>
      <p className="hp-muted">
        {words.assetsLine(
          grouped(assets.all),
          grouped(assets.not_remediated),
          grouped(assets.in_progress),
          grouped(assets.done),
        )}{' '}
        {found.assets_unknown > 0 && (
          <span>
            <span className="hp-tone-unsure">? </span>
            {words.assetsUnknown(grouped(found.assets_unknown))}
          </span>
        )}
      </p>
      <p className="hp-muted">{words.intro}</p>
    </section>
  );
}

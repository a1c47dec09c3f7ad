// The most pressing finding and the earliest clock of an advisory, in one line that leads to all of them.

import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, data } from '../../api/client';
import { messages } from '../../messages';
import { countWords } from '../../parts/ListBody';
import { both, exact } from '../../text/filter';
import { useView } from '../../view';
import { ClockState, clockWord, Lane } from './lane';

const words = messages.findings;

export function AdvisoryClock({ advisory }: { advisory: string }) {
  const [view] = useView();
  const filter = both(view.site ? exact('site', view.site) : '', exact('advisory', advisory));
  const first = useFirst(filter, '-queue');
  const soonest = useFirst(filter, 'due');
  const [pressing, earliest] = [first.data?.items[0], soonest.data?.items[0]];
  if (!pressing || !earliest) {
    return null;
  }
  return (
    <p className="hp-lane-line hp-small">
      <Lane lane={pressing.lane} /> {words.clockOf(clockWord(earliest.clock), earliest.due)}{' '}
      <ClockState state={earliest.clock_state} />{' '}
      <Link to="/findings" search={{ tab: 'all', filter: exact('advisory', advisory) }}>
        {words.allOf(countWords(first.data?.count))}
      </Link>
    </p>
  );
}

function useFirst(filter: string, sort: string) {
  return useQuery({
    queryKey: ['findings', 'first', filter, sort],
    queryFn: () => data(api.GET('/api/v1/findings', { params: { query: { filter, sort, limit: 1 } } })),
  });
}

// How long vendors take, and the lists that were taken in. What waits or has no date stands beside, and counts as neither
// quick nor slow.

import { useQuery } from '@tanstack/react-query';
import { api, data } from '../../api/client';
import { messages } from '../../messages';
import { Empty } from '../../parts/Empty';
import { grouped } from '../../parts/ListBody';
import { NotApplicable, When } from '../../parts/MarkText';
import { ProblemNote } from '../../parts/ProblemNote';

const words = messages.qualification;

function Days({ value }: { value: number | null | undefined }) {
  return value === null || value === undefined ? <NotApplicable /> : words.lag.days(grouped(value));
}

export function LagTab() {
  const list = useQuery({ queryKey: ['lag'], queryFn: () => data(api.GET('/api/v1/statements:lag')) });
  const lag = words.lag;
  if (list.error) {
    return <ProblemNote error={list.error} onRetry={() => void list.refetch()} />;
  }
  if (list.data && list.data.items.length === 0) {
    return <Empty title={lag.none} />;
  }
  const head = [
    lag.vendor,
    lag.measured,
    lag.median,
    lag.p90,
    lag.longest,
    lag.over,
    lag.waiting,
    lag.waits,
    lag.undated,
  ];
  return (
    <table className="hp-table">
      <caption>{lag.title}</caption>
      <thead>
        <tr>
          {head.map((title) => (
            <th key={title} scope="col">
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {list.data?.items.map((one) => (
          <tr key={one.publisher}>
            <td>{one.publisher}</td>
            <td>{grouped(one.measured)}</td>
            <td>
              <Days value={one.median_days} />
            </td>
            <td>
              <Days value={one.p90_days} />
            </td>
            <td>
              <Days value={one.longest_days} />
            </td>
            <td>{grouped(one.over_30_days)}</td>
            <td>{grouped(one.waiting)}</td>
            <td>
              <Days value={one.longest_wait_days} />
            </td>
            <td>{grouped(one.undated)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function DocumentsTab() {
  const list = useQuery({
    queryKey: ['statement-documents'],
    queryFn: () => data(api.GET('/api/v1/statement-documents')),
  });
  const names = words.documents;
  if (list.error) {
    return <ProblemNote error={list.error} onRetry={() => void list.refetch()} />;
  }
  if (list.data && list.data.items.length === 0) {
    return <Empty title={names.none} />;
  }
  const head = [
    names.name,
    names.publisher,
    names.mapping,
    names.received,
    names.by,
    names.statements,
    names.unknown,
  ];
  return (
    <table className="hp-table">
      <thead>
        <tr>
          {head.map((title) => (
            <th key={title} scope="col">
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {list.data?.items.map((one) => (
          <tr key={`${one.sha256} ${one.received_at}`}>
            <td>{one.name}</td>
            <td>{one.publisher}</td>
            <td>{one.mapping}</td>
            <td>
              <When at={one.received_at} />
            </td>
            <td>{one.received_by}</td>
            <td>{grouped(one.statements)}</td>
            <td>{grouped(one.not_understood)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

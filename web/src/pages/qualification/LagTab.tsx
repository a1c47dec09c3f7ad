// How long vendors take, and the lists that were taken in. What waits or has no date stands beside, and counts as neither
// quick nor slow.

import { useQuery } from '@tanstack/react-query';
import { api, data } from '../../api/client';
import { messages } from '../../messages';
import { Empty } from '../../parts/Empty';
import { grouped } from '../../parts/ListBody';
import { NotApplicable, Said, Unknown, When } from '../../parts/MarkText';
import { ProblemNote } from '../../parts/ProblemNote';
import { WholeTable } from '../../parts/WholeTable';

const words = messages.qualification;

function Days({ value }: { value: number | null | undefined }) {
  return value === null || value === undefined ? <Unknown /> : words.lag.days(grouped(value));
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
  return (
    <WholeTable
      label={words.tabs.lag}
      note={lag.title}
      rows={list.data?.items ?? []}
      rowKey={(one) => one.publisher}
      columns={[
        { title: lag.vendor, render: (one) => one.publisher },
        { title: lag.measured, right: true, render: (one) => grouped(one.measured) },
        { title: lag.median, right: true, render: (one) => <Days value={one.median_days} /> },
        { title: lag.p90, right: true, render: (one) => <Days value={one.p90_days} /> },
        { title: lag.longest, right: true, render: (one) => <Days value={one.longest_days} /> },
        { title: lag.over, right: true, render: (one) => grouped(one.over_30_days) },
        { title: lag.waiting, right: true, render: (one) => grouped(one.waiting) },
        {
          title: lag.waits,
          right: true,
          render: (one) => (one.waiting === 0 ? <NotApplicable /> : <Days value={one.longest_wait_days} />),
        },
        { title: lag.undated, right: true, render: (one) => grouped(one.undated) },
      ]}
    />
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
  return (
    <WholeTable
      label={words.tabs.documents}
      rows={list.data?.items ?? []}
      rowKey={(one) => `${one.sha256} ${one.received_at}`}
      columns={[
        { title: names.name, render: (one) => one.name },
        { title: names.publisher, render: (one) => one.publisher },
        { title: names.mapping, render: (one) => <Said value={one.mapping} /> },
        { title: names.received, render: (one) => <When at={one.received_at} /> },
        { title: names.by, render: (one) => one.received_by },
        { title: names.statements, right: true, render: (one) => grouped(one.statements) },
        {
          title: names.unknown,
          right: true,
          render: (one) => (
            <span className={one.not_understood > 0 ? 'hp-tone-unsure' : undefined}>
              {one.not_understood > 0 && <span aria-hidden="true">? </span>}
              {grouped(one.not_understood)}
            </span>
          ),
        },
      ]}
    />
  );
}

// What the office decided, as it came over the gap, beside what stands at the site; and how old that is.

import { useQueries } from '@tanstack/react-query';
import { api, data } from '../../api/client';
import { useSites } from '../../api/session';
import type { OfficeApproval } from '../../api/types';
import { messages } from '../../messages';
import { Empty } from '../../parts/Empty';
import { ProblemNote } from '../../parts/ProblemNote';
import { type WholeColumn, WholeTable } from '../../parts/WholeTable';
import { useShownZone } from '../../shown';
import { day } from '../../text/time';
import { useView } from '../../view';
import { transfer as words } from '../../words/travel';

interface Line extends OfficeApproval {
  readonly site: string;
}

const names = words.office;

const COLUMNS: readonly WholeColumn<Line>[] = [
  { title: names.patch, render: (row) => row.patch },
  { title: names.site, render: (row) => row.site },
  { title: names.baseline, render: (row) => row.baseline },
  { title: names.state, render: (row) => row.state },
  { title: names.here, render: (row) => row.here ?? <span className="hp-muted">{names.undecided}</span> },
  { title: names.signed, render: (row) => row.signed_by ?? '' },
  { title: names.evidence, render: (row) => row.evidence ?? '' },
  { title: names.supplier, render: (row) => row.supplier },
  { title: names.bundle, right: true, render: (row) => row.sequence },
];

export function OfficeApprovals() {
  const [view] = useView();
  const sites = useSites();
  const shown = (sites.data?.items ?? [])
    .map((one) => one.name)
    .filter((one) => !view.site || one === view.site);
  const ages = useQueries({
    queries: shown.map((site) => ({
      queryKey: ['transfer-age', site],
      queryFn: () => data(api.GET('/api/v1/transfers:age', { params: { query: { site } } })),
    })),
  });
  const told = useQueries({
    queries: shown.map((site) => ({
      queryKey: ['transfer-approvals', site],
      queryFn: () => data(api.GET('/api/v1/transfers:approvals', { params: { query: { site } } })),
    })),
  });
  const broken = [sites, ...ages, ...told].find((one) => one.error);
  if (broken?.error) {
    return <ProblemNote error={broken.error} onRetry={() => void broken.refetch()} />;
  }
  if (sites.isPending || [...ages, ...told].some((one) => one.isPending)) {
    return (
      <p className="hp-loading" role="status">
        {messages.list.loading} …
      </p>
    );
  }
  const rows: Line[] = told.flatMap((one, at) =>
    (one.data?.items ?? []).map((line) => ({ ...line, site: shown[at] ?? '' })),
  );
  return (
    <>
      <ul className="hp-listhead">
        {shown.map((site, at) => (
          <li key={site}>
            <AgeLine site={site} days={ages[at]?.data?.days} expired={ages[at]?.data?.expired_at} />
          </li>
        ))}
      </ul>
      {rows.length === 0 ? (
        <Empty title={names.emptyTitle}>
          <p>{names.emptyText}</p>
        </Empty>
      ) : (
        <WholeTable
          label={words.tabs.approvals}
          note={names.note}
          columns={COLUMNS}
          rows={rows}
          rowKey={(row) => `${row.site} ${row.baseline} ${row.patch}`}
          wrap
        />
      )}
    </>
  );
}

function AgeLine({
  site,
  days,
  expired,
}: {
  site: string;
  days: number | null | undefined;
  expired: string | null | undefined;
}) {
  const { shown } = useShownZone();
  if (days === null || days === undefined) {
    return <span className="hp-muted">{words.ages.unknown(site)}</span>;
  }
  return expired ? (
    <strong>{words.ages.expired(site, days, day(expired, shown))}</strong>
  ) : (
    <span>{words.ages.holds(site, days)}</span>
  );
}

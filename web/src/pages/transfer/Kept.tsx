// What came with bundles and is kept as it was signed: the results of a site outside, the office's approvals inside.

import { useQueries } from '@tanstack/react-query';
import { api, data } from '../../api/client';
import { useSites } from '../../api/session';
import type { TransferKeptFile } from '../../api/types';
import { shellQuoted } from '../../parts/copyText';
import { Empty } from '../../parts/Empty';
import { size } from '../../parts/fileSize';
import { grouped } from '../../parts/ListBody';
import { Loading } from '../../parts/Loading';
import { ProblemNote } from '../../parts/ProblemNote';
import { type WholeColumn, WholeTable } from '../../parts/WholeTable';
import { useView } from '../../view';
import { transfer as words } from '../../words/travel';

const names = words.kept;

interface Line extends TransferKeptFile {
  readonly site: string;
}

const COLUMNS: readonly WholeColumn<Line>[] = [
  { title: names.name, render: (row) => row.name },
  { title: names.site, render: (row) => row.site },
  { title: names.bundle, right: true, render: (row) => grouped(row.sequence) },
  { title: names.size, right: true, render: (row) => size(row.size_bytes) },
  { title: names.hash, render: (row) => <span className="hp-mono hp-break">{row.sha256}</span> },
  {
    title: names.out,
    render: (row) => (
      <code className="hp-break">
        holdpoint transfer kept {shellQuoted(row.site)} {shellQuoted(row.name)} --to FILE
      </code>
    ),
  },
];

export function Kept() {
  const [view] = useView();
  const sites = useSites();
  const shown = (sites.data?.items ?? [])
    .map((one) => one.name)
    .filter((one) => !view.site || one === view.site);
  const kept = useQueries({
    queries: shown.map((site) => ({
      queryKey: ['transfer-kept', site],
      queryFn: () => data(api.GET('/api/v1/transfers:kept', { params: { query: { site } } })),
    })),
  });
  const broken = [sites, ...kept].find((one) => one.error);
  if (broken?.error) {
    return <ProblemNote error={broken.error} onRetry={() => void broken.refetch()} />;
  }
  if (sites.isPending || kept.some((one) => one.isPending)) {
    return <Loading />;
  }
  const rows: Line[] = kept.flatMap((one, at) =>
    (one.data?.items ?? []).map((line) => ({ ...line, site: shown[at] ?? '' })),
  );
  if (rows.length === 0) {
    return (
      <Empty title={names.emptyTitle}>
        <p>{names.emptyText}</p>
      </Empty>
    );
  }
  return (
    <WholeTable
      label={words.tabs.kept}
      note={names.note}
      columns={COLUMNS}
      rows={rows}
      rowKey={(row) => `${row.site} ${row.name}`}
      wrap
    />
  );
}

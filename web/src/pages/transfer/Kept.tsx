// What came with bundles and is kept as it was signed: the results of a site outside, the office's approvals inside.

import { useQueries } from '@tanstack/react-query';
import { api, data } from '../../api/client';
import { useMay, useSites } from '../../api/session';
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

function address(row: Line): string {
  return `/api/v1/transfers:kept-file?site=${encodeURIComponent(row.site)}&name=${encodeURIComponent(row.name)}`;
}

/** Its name; for whoever may have files of others, the way to its bytes. */
function Name({ row }: { row: Line }) {
  const mayHave = useMay('write-advisories');
  return mayHave ? (
    <a href={address(row)} download={row.name} aria-label={names.downloadOf(row.name)}>
      {row.name}
    </a>
  ) : (
    row.name
  );
}

const COLUMNS: readonly WholeColumn<Line>[] = [
  { title: names.name, render: (row) => <Name row={row} /> },
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

// Which patches to take first: each time the one that closes most of what is still open.

import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, data } from '../../api/client';
import type { PatchCover } from '../../api/types';
import { Empty } from '../../parts/Empty';
import { grouped } from '../../parts/ListBody';
import { Loading } from '../../parts/Loading';
import { ProblemNote } from '../../parts/ProblemNote';
import { type WholeColumn, WholeTable } from '../../parts/WholeTable';
import { exact } from '../../text/filter';
import { cover as words } from '../../words/patchSources';

/** The most that are asked for. */
const LIMIT = 100;

interface Line {
  readonly chosen: PatchCover['patches'][number];
  /** Share of what can be closed, in percent. */
  readonly share: number;
}

const COLUMNS: readonly WholeColumn<Line>[] = [
  {
    title: words.patch,
    render: ({ chosen }) => (
      <Link to="/patches" search={{ filter: exact('name', chosen.patch), open: chosen.patch }}>
        {chosen.patch}
      </Link>
    ),
  },
  { title: words.closes, right: true, render: ({ chosen }) => grouped(chosen.closes) },
  { title: words.closed, right: true, render: ({ chosen }) => grouped(chosen.closed) },
  { title: words.share, right: true, render: ({ share }) => `${Math.floor(share)} %` },
  { title: words.assets, right: true, render: ({ chosen }) => grouped(chosen.assets) },
];

export function CoverTab() {
  const found = useQuery({
    queryKey: ['patch-cover'],
    queryFn: () => data(api.GET('/api/v1/patches:cover', { params: { query: { limit: LIMIT } } })),
  });
  if (found.error) {
    return <ProblemNote error={found.error} onRetry={() => void found.refetch()} />;
  }
  if (found.isPending) {
    return <Loading />;
  }
  const cover = found.data;
  if (cover.patches.length === 0) {
    return (
      <Empty title={words.emptyTitle}>
        <p>{words.emptyText(grouped(cover.open), grouped(cover.unknown))}</p>
        <Declined names={cover.declined} />
      </Empty>
    );
  }
  const lines = cover.patches.map(
    (chosen): Line => ({ chosen, share: (100 * chosen.closed) / Math.max(1, cover.closable) }),
  );
  return (
    <>
      <div className="hp-headline">
        <p>
          {words.answer(grouped(cover.n_patches), grouped(cover.closable), grouped(cover.open))}{' '}
          {words.bound(grouped(cover.lower_bound))}{' '}
          {cover.unknown > 0 && (
            <span className="hp-tone-unsure">{words.unknown(grouped(cover.unknown))}</span>
          )}
        </p>
        {cover.n_patches > lines.length && (
          <p>{words.cut(grouped(lines.length), grouped(cover.n_patches))}</p>
        )}
        <Declined names={cover.declined} />
      </div>
      <WholeTable
        label={words.patch}
        note={words.note}
        columns={COLUMNS}
        rows={lines}
        rowKey={(line) => line.chosen.patch}
        wrap
      />
    </>
  );
}

function Declined({ names }: { names: readonly string[] }) {
  return names.length === 0 ? null : (
    <p>
      {words.declined} {names.join(', ')}
    </p>
  );
}

// What came with bundles and has no place yet: why, and trying again.

import { Alert, Button } from '@patternfly/react-core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, data } from '../../api/client';
import { useMay } from '../../api/session';
import type { TransferPlaced, TransferWaiting } from '../../api/types';
import { messages } from '../../messages';
import { Empty } from '../../parts/Empty';
import { When } from '../../parts/MarkText';
import { ProblemNote } from '../../parts/ProblemNote';
import { type WholeColumn, WholeTable } from '../../parts/WholeTable';
import { useView } from '../../view';
import { transfer as words } from '../../words/travel';

const names = words.place;

const FACTS: readonly WholeColumn<TransferWaiting>[] = [
  { title: names.name, render: (row) => row.name },
  { title: names.kind, render: (row) => names.kinds[row.kind] ?? row.kind },
  { title: names.patch, render: (row) => row.patch ?? '' },
  { title: names.site, render: (row) => row.site },
  { title: names.bundle, right: true, render: (row) => row.sequence },
  { title: names.why, render: (row) => row.why },
  { title: names.at, render: (row) => <When at={row.at} /> },
];

/** The columns, with trying one thing again for whoever may. */
function columns(onPlace: ((id: string) => unknown) | undefined): readonly WholeColumn<TransferWaiting>[] {
  if (!onPlace) {
    return FACTS;
  }
  const again: WholeColumn<TransferWaiting> = {
    title: '',
    render: (row) => (
      <button
        type="button"
        className="hp-link"
        aria-label={names.oneOf(row.name)}
        onClick={() => onPlace(row.id)}
      >
        {names.one}
      </button>
    ),
  };
  return [...FACTS, again];
}

/** What waits at the site that is shown, or at all of them. */
export function useWaiting() {
  const [view] = useView();
  const site = view.site;
  return useQuery({
    queryKey: ['transfer-waiting', site ?? ''],
    queryFn: () =>
      data(api.GET('/api/v1/transfers:waiting', { params: { query: site === undefined ? {} : { site } } })),
  });
}

export function Waiting() {
  const [view] = useView();
  const queries = useQueryClient();
  const mayPlace = useMay('write-advisories');
  const found = useWaiting();
  const place = useMutation({
    mutationFn: (id: string | null) =>
      data(api.POST('/api/v1/transfers:place', { body: { site: view.site ?? null, id, reason: '' } })),
    onSuccess: () => queries.invalidateQueries(),
  });
  if (found.error) {
    return <ProblemNote error={found.error} onRetry={() => void found.refetch()} />;
  }
  if (found.isPending) {
    return (
      <p className="hp-loading" role="status">
        {messages.list.loading} …
      </p>
    );
  }
  const rows = found.data.items;
  return (
    <>
      {place.error && <ProblemNote error={place.error} wrote />}
      {place.data && <Outcome done={place.data} />}
      {rows.length === 0 ? (
        <Empty title={names.emptyTitle}>
          <p>{names.emptyText}</p>
        </Empty>
      ) : (
        <>
          {mayPlace && (
            <p className="hp-listhead">
              <Button
                variant="secondary"
                size="sm"
                isDisabled={place.isPending}
                onClick={() => place.mutate(null)}
              >
                {names.again}
              </Button>
            </p>
          )}
          <WholeTable
            label={words.tabs.waiting}
            note={names.note}
            columns={columns(mayPlace ? (id) => !place.isPending && place.mutate(id) : undefined)}
            rows={rows}
            rowKey={(row) => row.id}
            wrap
          />
        </>
      )}
    </>
  );
}

function Outcome({ done }: { done: TransferPlaced }) {
  return (
    <Alert
      isInline
      component="h2"
      variant={done.left.length === 0 ? 'success' : 'warning'}
      title={names.done(done.placed.length, done.left.length)}
    />
  );
}

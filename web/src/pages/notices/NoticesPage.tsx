// What the person was told because something changed by itself, and that they have read it.

import { Button } from '@patternfly/react-core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, data } from '../../api/client';
import type { Notice } from '../../api/types';
import { messages } from '../../messages';
import { CopyAs } from '../../parts/CopyAs';
import type { Column } from '../../parts/DataTable';
import { Empty } from '../../parts/Empty';
import { FilterBar, filterFault } from '../../parts/FilterBar';
import { countWords, ListBody } from '../../parts/ListBody';
import { When } from '../../parts/MarkText';
import { Page } from '../../parts/Page';
import { ProblemNote } from '../../parts/ProblemNote';
import { QuickFilters } from '../../parts/QuickFilters';
import { Sentence } from '../../parts/Sentence';
import { useList } from '../../parts/useList';
import { useView } from '../../view';

const words = messages.notices;
const FIELDS = 'state kind noun to at';

/** Where that stands of which a notice speaks. */
function About({ notice }: { notice: Notice }) {
  const word = words.nouns[notice.noun] ?? notice.noun;
  switch (notice.noun) {
    case 'baseline':
      return (
        <Link to="/baselines/$id" params={{ id: notice.about }}>
          {word}
        </Link>
      );
    case 'asset':
      return (
        <Link to="/assets/$id" params={{ id: notice.about }}>
          {word}
        </Link>
      );
    case 'plan':
      return (
        <Link to="/deployments/$id" params={{ id: notice.about }}>
          {word}
        </Link>
      );
    case 'decision':
      return (
        <Link to="/approvals/$id" params={{ id: notice.about }}>
          {word}
        </Link>
      );
    case 'exemption':
      return (
        <Link to="/deferrals" search={{ open: notice.about }}>
          {word}
        </Link>
      );
    case 'question':
      return (
        <Link to="/suppliers" search={{ open: notice.about }}>
          {word}
        </Link>
      );
    default:
      return word;
  }
}

export function NoticesPage() {
  const [view] = useView();
  const queries = useQueryClient();
  const list = useList(['notices'], { filter: view.filter, sort: view.sort }, (query) =>
    data(api.GET('/api/v1/notices', { params: { query } })),
  );
  const mark = useMutation({
    mutationFn: async (ids: readonly string[]) => {
      for (const id of ids) {
        await api.POST('/api/v1/notices/{id}/read', { params: { path: { id } } });
      }
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['notices'] }),
  });
  const unread = list.items.filter((one) => !one.read).map((one) => one.id);
  const columns: readonly Column<Notice>[] = [
    {
      key: 'text',
      title: words.columns.text,
      render: (row) => (
        <span className="hp-wrap">
          <span className={row.read ? undefined : 'hp-unread'}>
            {!row.read && <span aria-hidden="true">• </span>}
            <strong>{words.kinds[row.kind] ?? row.kind}</strong>
          </span>
          : <Sentence text={row.text} />
        </span>
      ),
    },
    { key: 'about', title: words.columns.about, width: 160, render: (row) => <About notice={row} /> },
    {
      key: 'at',
      title: words.columns.at,
      sort: 'at',
      down: true,
      width: 140,
      render: (row) => <When at={row.at} />,
    },
    {
      key: 'read',
      title: words.columns.read,
      width: 140,
      render: (row) =>
        row.read ? (
          <When at={row.read} />
        ) : (
          <button
            type="button"
            className="hp-link"
            disabled={mark.isPending}
            onClick={() => mark.mutate([row.id])}
          >
            {words.mark}
          </button>
        ),
    },
  ];
  const quick = [
    [words.all, ''],
    [words.new, 'state:unread'],
  ] as const;
  return (
    <Page
      title={words.title}
      actions={
        <>
          {unread.length > 0 && (
            <Button
              size="sm"
              variant="secondary"
              isLoading={mark.isPending}
              onClick={() => mark.mutate(unread)}
            >
              {words.markAll(unread.length)}
            </Button>
          )}
          <CopyAs noun="notice list" path="/api/v1/notices" filter={view.filter ?? ''} />
        </>
      }
      bar={
        <>
          <QuickFilters label={words.quick} filters={quick} />
          <FilterBar
            fields={FIELDS}
            example={words.example}
            count={countWords(list.count)}
            fault={filterFault(list.error)}
          />
        </>
      }
    >
      {mark.error && <ProblemNote error={mark.error} />}
      <ListBody
        name={words.title}
        list={list}
        columns={columns}
        rowKey={(row) => row.id}
        opens={false}
        nothingYet={
          <Empty title={words.emptyTitle}>
            <p>{words.emptyText}</p>
          </Empty>
        }
      />
    </Page>
  );
}

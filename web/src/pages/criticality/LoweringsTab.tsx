// What counts for less than before by one person's word: another agrees, or what was said before is put back.

import { Button } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, data } from '../../api/client';
import { useMay, useSites } from '../../api/session';
import type { Lowering } from '../../api/types';
import { messages } from '../../messages';
import { Empty } from '../../parts/Empty';
import { Said, When } from '../../parts/MarkText';
import { ProblemNote } from '../../parts/ProblemNote';
import { ReasonDialog } from '../../parts/ReasonDialog';
import { type WholeColumn, WholeTable } from '../../parts/WholeTable';
import { useView } from '../../view';

const words = messages.criticality;

type Deed = 'agree' | 'refuse';

export function LoweringsTab({ mayWrite }: { mayWrite: boolean }) {
  const [view] = useView();
  const sites = useSites().data?.items ?? [];
  const mayAgree = useMay('approve');
  const [answering, setAnswering] = useState<{ one: Lowering; deed: Deed }>();
  const [all, setAll] = useState(false);
  const list = useQuery({ queryKey: ['lowerings'], queryFn: () => data(api.GET('/api/v1/lowerings')) });
  const siteOf = (one: Lowering) => sites.find((site) => site.id === one.site_id)?.name;
  const rows = list.data?.items.filter((one) => !view.site || siteOf(one) === view.site);
  const link = (one: Lowering, deed: Deed) => (
    <button
      type="button"
      className="hp-link"
      aria-label={`${words[deed]} ${one.name}`}
      onClick={() => setAnswering({ one, deed })}
    >
      {words[deed]}
    </button>
  );
  const columns: readonly WholeColumn<Lowering>[] = [
    { title: words.columns.of, render: (row) => words.kinds[row.kind] ?? row.kind },
    { title: messages.criticality.name, render: (row) => row.name },
    { title: words.columns.site, render: (row) => <Said value={siteOf(row)} /> },
    { title: words.columns.before, render: (row) => row.before },
    { title: words.columns.now, render: (row) => row.now },
    {
      title: words.columns.by,
      render: (row) => (
        <>
          {row.by}, <When at={row.at} dayOnly />
          {!row.answered_for && <span className="hp-small hp-muted"> ({words.notAnsweredFor})</span>}
        </>
      ),
    },
    { title: words.columns.why, render: (row) => <Said value={row.reason} /> },
    ...(mayAgree || mayWrite
      ? [
          {
            title: '',
            render: (row: Lowering) => (
              <span className="hp-nowrap">
                {mayAgree && link(row, 'agree')} {link(row, 'refuse')}
              </span>
            ),
          },
        ]
      : []),
  ];
  return (
    <>
      {list.error && <ProblemNote error={list.error} onRetry={() => void list.refetch()} />}
      {list.isPending && (
        <p className="hp-loading" role="status">
          {messages.list.loading} …
        </p>
      )}
      {rows?.length === 0 && (
        <Empty title={words.emptyWaiting}>
          <p>{words.emptyWaitingText}</p>
        </Empty>
      )}
      {mayAgree && rows && rows.length > 1 && (
        <Button variant="secondary" onClick={() => setAll(true)}>
          {words.agreeToAll(rows.length)}
        </Button>
      )}
      {rows && rows.length > 0 && (
        <WholeTable wrap label={words.tabs.waiting} columns={columns} rows={rows} rowKey={(row) => row.id} />
      )}
      {answering && <AnswerDialog {...answering} onClose={() => setAnswering(undefined)} />}
      {all && rows && <AllDialog rows={rows} onClose={() => setAll(false)} />}
    </>
  );
}

function AnswerDialog({ one, deed, onClose }: { one: Lowering; deed: Deed; onClose: () => void }) {
  const agrees = deed === 'agree';
  return (
    <ReasonDialog
      title={agrees ? words.agreeTitle(one.name) : words.refuseTitle(one.name)}
      text={agrees ? words.agreeText : words.refuseText}
      submit={agrees ? words.agree : words.refuse}
      send={(reason) =>
        api.POST(agrees ? '/api/v1/lowerings/{id}/agree' : '/api/v1/lowerings/{id}/refuse', {
          params: { path: { id: one.id } },
          body: { reason },
        })
      }
      onClose={onClose}
    >
      {words.columns.before}: {one.before}. {words.columns.now}: {one.now}.
    </ReasonDialog>
  );
}

function AllDialog({ rows, onClose }: { rows: readonly Lowering[]; onClose: () => void }) {
  return (
    <ReasonDialog
      title={words.agreeToAll(rows.length)}
      text={words.agreeToAllText}
      submit={words.agree}
      send={(reason) =>
        api.POST('/api/v1/lowerings:agree', { body: { ids: rows.map((row) => row.id), reason } })
      }
      onClose={onClose}
    >
      {rows
        .slice(0, 12)
        .map((row) => row.name)
        .join(', ')}
      {rows.length > 12 && ' …'}
    </ReasonDialog>
  );
}

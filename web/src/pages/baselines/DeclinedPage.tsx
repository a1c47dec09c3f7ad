// Patches that are declined everywhere: by whom, why, and taking the decline back on its card.

import { Button } from '@patternfly/react-core';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { api, data } from '../../api/client';
import { useMay } from '../../api/session';
import type { Decision } from '../../api/types';
import { messages } from '../../messages';
import type { Column } from '../../parts/DataTable';
import { Empty } from '../../parts/Empty';
import { FilterBar, filterFault } from '../../parts/FilterBar';
import { countWords, ListBody } from '../../parts/ListBody';
import { When } from '../../parts/MarkText';
import { Page } from '../../parts/Page';
import { useList } from '../../parts/useList';
import { both } from '../../text/filter';
import { useView } from '../../view';
import { DeclineDialog } from './DeclineDialog';

const words = messages.baselines;
const names = messages.approvals.columns;
/** What holds everywhere was rejected in no baseline. */
const IMPLIED = 'kind:reject state:granted baseline:""';

const COLUMNS: readonly Column<Decision>[] = [
  {
    key: 'patch',
    title: words.patchColumns.patch,
    sort: 'patch',
    width: 220,
    render: (row) => (
      <Link to="/approvals/$id" params={{ id: row.id }} data-row-main className="hp-mono">
        {row.patch}
      </Link>
    ),
  },
  { key: 'reason', title: words.reason, sort: 'reason', render: (row) => row.reason },
  {
    key: 'author',
    title: words.patchColumns.signed,
    sort: 'author',
    width: 160,
    render: (row) => row.author.name,
  },
  {
    key: 'asked',
    title: names.asked,
    sort: 'asked',
    down: true,
    width: 110,
    render: (row) => <When at={row.asked_at} dayOnly />,
  },
];

export function DeclinedPage({ tabs }: { tabs: ReactNode }) {
  const [view] = useView();
  const [declining, setDeclining] = useState(false);
  const mayApprove = useMay('approve');
  const mayDecline = useMay('write-decisions') || mayApprove;
  const filter = both(IMPLIED, view.filter);
  const list = useList(['decisions', 'declined'], { filter, sort: view.sort }, (query) =>
    data(api.GET('/api/v1/decisions', { params: { query } })),
  );
  return (
    <Page
      title={words.tabs.declined}
      actions={mayDecline && <Button onClick={() => setDeclining(true)}>{words.decline}</Button>}
      bar={
        <>
          {tabs}
          <FilterBar
            fields="patch reason author asked"
            example="reason:recovery"
            count={countWords(list.count)}
            fault={filterFault(list.error)}
          />
        </>
      }
    >
      <ListBody
        name={words.tabs.declined}
        list={list}
        columns={COLUMNS}
        rowKey={(row) => row.id}
        opens={false}
        nothingYet={
          <Empty title={words.emptyDeclined}>
            <p>{words.emptyDeclinedText}</p>
          </Empty>
        }
      />
      {declining && <DeclineDialog onClose={() => setDeclining(false)} />}
    </Page>
  );
}

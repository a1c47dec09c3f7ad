// Questions to suppliers: which are open, which are overdue, who lets us wait.

import { Button } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, data } from '../../api/client';
import { may, useSession } from '../../api/session';
import type { SupplierQuestion } from '../../api/types';
import { messages } from '../../messages';
import { CopyAs } from '../../parts/CopyAs';
import { CountLink } from '../../parts/Counts';
import type { Column } from '../../parts/DataTable';
import { Empty } from '../../parts/Empty';
import { FilterBar, filterFault } from '../../parts/FilterBar';
import { countWords, grouped, ListBody } from '../../parts/ListBody';
import { MarkText, NotApplicable, When } from '../../parts/MarkText';
import { Page } from '../../parts/Page';
import { ProblemNote } from '../../parts/ProblemNote';
import { TabLinks } from '../../parts/TabLinks';
import { useList } from '../../parts/useList';
import { WholeTable } from '../../parts/WholeTable';
import { both, exact } from '../../text/filter';
import { questionMark } from '../../text/words';
import { useView } from '../../view';
import { AskDialog } from './AskDialog';
import { about, QuestionDrawer } from './QuestionDrawer';
import { SpeakersTab } from './SpeakersTab';

const words = messages.suppliers;
const FIELDS =
  'supplier state asked due answered patch product version order_number reference question asked_by contact reminders';

const COLUMNS: readonly Column<SupplierQuestion>[] = [
  {
    key: 'supplier',
    title: words.columns.supplier,
    sort: 'supplier',
    width: 170,
    render: (row) => row.supplier,
  },
  {
    key: 'state',
    title: words.columns.state,
    sort: 'state',
    width: 110,
    render: (row) => <MarkText mark={questionMark(row.overdue ? 'overdue' : row.state)} />,
  },
  { key: 'about', title: words.columns.about, render: (row) => about(row) },
  {
    key: 'question',
    title: words.columns.question,
    render: (row) => <span title={row.text}>{row.text}</span>,
  },
  {
    key: 'asked',
    title: words.columns.asked,
    sort: 'asked',
    down: true,
    width: 110,
    render: (row) => <When at={row.asked_at} dayOnly />,
  },
  {
    key: 'due',
    title: words.columns.due,
    sort: 'due',
    width: 110,
    render: (row) => <When at={row.due_at} dayOnly />,
  },
  {
    key: 'reminders',
    title: words.columns.reminders,
    sort: 'reminders',
    down: true,
    right: true,
    width: 90,
    render: (row) => grouped(row.reminders),
  },
];

export function SuppliersPage() {
  const [view, change] = useView();
  const session = useSession().data;
  const [asking, setAsking] = useState(false);
  const tab = view.tab ?? 'questions';
  const list = useList(['questions'], { filter: view.filter, sort: view.sort }, (query) =>
    data(api.GET('/api/v1/questions', { params: { query } })),
  );
  const mayAsk = may(session, 'write-advisories') || may(session, 'approve');
  return (
    <Page
      title={words.title}
      actions={
        <>
          {mayAsk && (
            <Button size="sm" onClick={() => setAsking(true)}>
              {words.ask}
            </Button>
          )}
          <CopyAs noun="question list" path="/api/v1/questions" filter={view.filter ?? ''} />
        </>
      }
      bar={
        <>
          <TabLinks
            label={words.tabsLabel}
            first="questions"
            tabs={[
              ['questions', words.tabs.questions],
              ['suppliers', words.tabs.suppliers],
              ['speakers', words.tabs.speakers],
            ]}
          />
          {tab === 'questions' && (
            <FilterBar
              fields={FIELDS}
              example={words.example}
              count={countWords(list.count)}
              fault={filterFault(list.error)}
            />
          )}
        </>
      }
      drawer={view.open && <QuestionDrawer id={view.open} onClose={() => change({ open: undefined })} />}
    >
      {tab === 'suppliers' && <Overview />}
      {tab === 'speakers' && <SpeakersTab />}
      {tab !== 'suppliers' && tab !== 'speakers' && (
        <ListBody
          name={words.title}
          list={list}
          columns={COLUMNS}
          rowKey={(row) => row.id}
          nothingYet={
            <Empty title={words.emptyTitle}>
              <p>{words.emptyText}</p>
            </Empty>
          }
        />
      )}
      {asking && <AskDialog onClose={() => setAsking(false)} />}
    </Page>
  );
}

function Overview() {
  const list = useQuery({ queryKey: ['suppliers'], queryFn: () => data(api.GET('/api/v1/suppliers')) });
  const names = words.overview;
  if (list.error) {
    return <ProblemNote error={list.error} onRetry={() => void list.refetch()} />;
  }
  if (list.data && list.data.items.length === 0) {
    return <Empty title={names.none} />;
  }
  return (
    <WholeTable
      label={words.tabs.suppliers}
      rows={list.data?.items ?? []}
      rowKey={(one) => one.supplier}
      columns={[
        { title: names.supplier, render: (one) => one.supplier },
        { title: names.open, right: true, render: (one) => <Asked one={one} state="open" /> },
        {
          title: names.overdue,
          right: true,
          render: (one) => (
            <span className={one.overdue > 0 ? 'hp-tone-due' : undefined}>
              {one.overdue > 0 && <span aria-hidden="true">△ </span>}
              {grouped(one.overdue)}
            </span>
          ),
        },
        { title: names.escalated, right: true, render: (one) => grouped(one.escalated) },
        { title: names.answered, right: true, render: (one) => <Asked one={one} state="answered" /> },
        {
          title: names.takes,
          right: true,
          render: (one) =>
            typeof one.answer_hours === 'number' ? (
              names.hours(grouped(one.answer_hours))
            ) : (
              <span className="hp-muted">{names.noAnswer}</span>
            ),
        },
        {
          title: names.since,
          render: (one) => (one.waiting_since ? <When at={one.waiting_since} dayOnly /> : <NotApplicable />),
        },
      ]}
    />
  );
}

/** How many questions stand so, as a link to exactly these. */
function Asked({
  one,
  state,
}: {
  one: { supplier: string; open: number; answered: number };
  state: 'open' | 'answered';
}) {
  return (
    <CountLink
      value={one[state]}
      to="/suppliers"
      search={{ filter: both(exact('supplier', one.supplier), `state:${state}`) }}
      label={state === 'open' ? words.overview.open : words.overview.answered}
    />
  );
}

// Approvals: what waits for my signature, what I asked for, everything, and rights that were lent.

import { Button } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, data } from '../../api/client';
import { may, useSession } from '../../api/session';
import type { Decision, WaitingDecision } from '../../api/types';
import { messages } from '../../messages';
import { CopyAs } from '../../parts/CopyAs';
import type { Column } from '../../parts/DataTable';
import { Drawer } from '../../parts/Drawer';
import { Empty } from '../../parts/Empty';
import { FilterBar, filterFault } from '../../parts/FilterBar';
import { countWords, ListBody } from '../../parts/ListBody';
import { MarkText, NotApplicable, When } from '../../parts/MarkText';
import { Page } from '../../parts/Page';
import { TabLinks } from '../../parts/TabLinks';
import { useList } from '../../parts/useList';
import { decisionMark, kindWord, riskWord } from '../../text/decisions';
import { both, exact } from '../../text/filter';
import { useView } from '../../view';
import { BulkDialog } from './BulkDialog';
import { Review } from './CardParts';
import { DecisionCard, useCard } from './DecisionCard';
import { DelegationsTab } from './DelegationsTab';
import { StandardDialog } from './StandardDialog';
import { subject, where } from './subject';

/** So many are asked for with one request. */
const AT_ONCE = 500;
/** So many are signed together at most; a person looks at each. */
const MOST_AT_ONCE = 200;

const words = messages.approvals;
const names = words.columns;
const FIELDS =
  'kind state procedure risk footing patch baseline reason author signer signed needed asked changed expires review reviewed';

const COLUMNS: readonly Column<Decision>[] = [
  { key: 'what', title: names.what, sort: 'patch', render: (row) => subject(row) },
  {
    key: 'where',
    title: names.where,
    sort: 'baseline',
    width: 225,
    render: (row) => where(row) || <NotApplicable />,
  },
  { key: 'kind', title: names.kind, sort: 'kind', width: 90, render: (row) => kindWord(row.kind) },
  {
    key: 'risk',
    title: names.risk,
    sort: 'risk',
    down: true,
    width: 80,
    render: (row) => riskWord(row.risk),
  },
  {
    key: 'procedure',
    title: names.procedure,
    sort: 'procedure',
    down: true,
    width: 100,
    render: (row) => messages.words.procedure[row.procedure] ?? row.procedure,
  },
  {
    key: 'state',
    title: names.state,
    sort: 'state',
    width: 190,
    render: (row) => <MarkText mark={decisionMark(row.state)} />,
  },
  {
    key: 'signatures',
    title: names.signatures,
    sort: 'signed',
    width: 80,
    right: true,
    render: (row) => (row.needed === 0 ? <NotApplicable /> : words.signed(row.signatures.length, row.needed)),
  },
  { key: 'author', title: names.author, sort: 'author', width: 120, render: (row) => row.author.name },
  {
    key: 'asked',
    title: names.asked,
    sort: 'asked',
    down: true,
    width: 145,
    render: (row) => <When at={row.asked_at} />,
  },
];

/** What an emergency owes: its review, with a clock of its own. */
const EMERGENCIES: readonly Column<Decision>[] = [
  ...COLUMNS.filter((column) => column.key !== 'procedure'),
  {
    key: 'review',
    title: names.review,
    sort: 'review',
    width: 190,
    render: (row) => (row.emergency ? <Review emergency={row.emergency} /> : <NotApplicable />),
  },
];

const WAITING: readonly Column<WaitingDecision>[] = [
  ...COLUMNS.filter((column) => column.key !== 'state').map((column) => {
    const { sort: _, ...rest } = column;
    return { ...rest, render: (row: WaitingDecision) => column.render(row.decision) };
  }),
  {
    key: 'name',
    title: names.name,
    width: 150,
    render: (row) => (row.cannot_sign.length === 0 ? words.own : words.nameOf(row.sign_for.join(', '))),
  },
];

export function ApprovalsPage() {
  const [view, change] = useView();
  const [asking, setAsking] = useState(false);
  const session = useSession().data;
  const tab = view.tab ?? 'mine';
  const close = () => change({ open: undefined });
  return (
    <Page
      title={words.title}
      actions={
        <>
          {may(session, 'write-decisions') && (
            <Button variant="secondary" onClick={() => setAsking(true)}>
              {words.standard}
            </Button>
          )}
          {tab === 'all' && (
            <CopyAs noun="decision list" path="/api/v1/decisions" filter={view.filter ?? ''} />
          )}
        </>
      }
      bar={
        <TabLinks
          label={words.tabsLabel}
          first="mine"
          tabs={[
            ['mine', words.tabs.mine],
            ['asked', words.tabs.asked],
            ['all', words.tabs.all],
            ['emergency', words.tabs.emergency],
            ['delegations', words.tabs.delegations],
          ]}
        />
      }
      drawer={view.open && tab !== 'delegations' && <CardDrawer id={view.open} onClose={close} />}
    >
      {tab === 'mine' && <MineTab />}
      {tab === 'asked' && session && <ListTab implied={exact('author', session.user.name)} />}
      {tab === 'all' && <ListTab implied="" />}
      {tab === 'emergency' && <ListTab implied="procedure:emergency" columns={EMERGENCIES} />}
      {tab === 'delegations' && <DelegationsTab />}
      {asking && <StandardDialog onClose={() => setAsking(false)} />}
    </Page>
  );
}

function MineTab() {
  const session = useSession().data;
  const [bulk, setBulk] = useState(false);
  const list = useList(['decisions', 'waiting'], {}, (query) =>
    data(
      api.GET('/api/v1/decisions:waiting', {
        params: { query: { limit: query.limit, ...(query.cursor ? { cursor: query.cursor } : {}) } },
      }),
    ),
  );
  const low = useLow().data ?? [];
  return (
    <>
      <div className="hp-listhead">
        {low.length > 1 && (
          <Button size="sm" variant="secondary" onClick={() => setBulk(true)}>
            {words.bulk(low.length)}
          </Button>
        )}
        <output className="hp-count" aria-live="polite">
          {countWords(list.count)}
        </output>
      </div>
      <ListBody
        name={words.tabs.mine}
        list={list}
        columns={WAITING}
        rowKey={(row) => row.decision.id}
        nothingYet={
          <Empty title={words.emptyMine}>
            <p>{may(session, 'approve') ? words.emptyMineText : words.emptyMayNot}</p>
          </Empty>
        }
      />
      {bulk && <BulkDialog rows={low} onClose={() => setBulk(false)} />}
    </>
  );
}

/** Everything of low risk that waits for this person, also where the list shows it only further down. */
function useLow() {
  return useQuery({
    queryKey: ['decisions', 'waiting', 'low'],
    queryFn: async () => {
      const found: Decision[] = [];
      let cursor: string | null | undefined;
      do {
        const page = await data(
          api.GET('/api/v1/decisions:waiting', {
            params: { query: { limit: AT_ONCE, ...(cursor ? { cursor } : {}) } },
          }),
        );
        const low = page.items.filter((row) => row.decision.risk === 'low' && row.cannot_sign.length === 0);
        found.push(...low.map((row) => row.decision));
        cursor = page.next;
      } while (cursor && found.length < MOST_AT_ONCE);
      return found.slice(0, MOST_AT_ONCE);
    },
  });
}

function ListTab({ implied, columns = COLUMNS }: { implied: string; columns?: readonly Column<Decision>[] }) {
  const [view] = useView();
  const filter = both(implied, view.filter);
  const list = useList(['decisions'], { filter, sort: view.sort }, (query) =>
    data(api.GET('/api/v1/decisions', { params: { query } })),
  );
  return (
    <>
      <FilterBar
        fields={FIELDS}
        example={words.example}
        count={countWords(list.count)}
        fault={filterFault(list.error)}
      />
      <ListBody
        name={words.title}
        list={list}
        columns={columns}
        rowKey={(row) => row.id}
        nothingYet={
          <Empty
            title={
              columns === EMERGENCIES
                ? words.emptyEmergency
                : implied === ''
                  ? words.emptyAll
                  : words.emptyAsked
            }
          >
            <p>{words.emptyAllText}</p>
          </Empty>
        }
      />
    </>
  );
}

function CardDrawer({ id, onClose }: { id: string; onClose: () => void }) {
  const card = useCard(id);
  const decision = card.data?.decision;
  return (
    <Drawer
      title={decision ? subject(decision) : ''}
      kicker={decision && [words.number(decision.number), where(decision)].filter(Boolean).join(' · ')}
      onClose={onClose}
    >
      <DecisionCard id={id} linked />
    </Drawer>
  );
}

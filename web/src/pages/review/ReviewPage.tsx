// To check: names that matching could not settle, those first whose answer settles most. j and k move, o opens, y and n
// answer the open question.

import { Button } from '@patternfly/react-core';
import { Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { api, data } from '../../api/client';
import { useMay } from '../../api/session';
import type { Question } from '../../api/types';
import { isTyping } from '../../frame/typing';
import { messages } from '../../messages';
import { CopyAs } from '../../parts/CopyAs';
import type { Column } from '../../parts/DataTable';
import { Empty } from '../../parts/Empty';
import { FilterBar, filterFault } from '../../parts/FilterBar';
import { countWords, grouped, ListBody } from '../../parts/ListBody';
import { Page } from '../../parts/Page';
import { type Listed, useList } from '../../parts/useList';
import { both, exact } from '../../text/filter';
import { useView } from '../../view';
import { AnswerDialog, type Verdict } from './AnswerDialog';
import { QuestionDrawer } from './QuestionDrawer';

const words = messages.review;
const FIELDS =
  'settles kind weight state vendor ours theirs site asset_kind why assets settled_assets configurations advisories products score';

/** A name in one line: vendor, product, order number. */
export function nameLine(side: {
  readonly vendor?: string;
  readonly product?: string;
  readonly order_number?: string;
}): string {
  return [side.vendor, side.product, side.order_number].filter(Boolean).join(' · ');
}

const COLUMNS: readonly Column<Question>[] = [
  {
    key: 'ours',
    title: words.columns.ours,
    sort: 'ours',
    render: (row) => <span title={nameLine(row.ours)}>{nameLine(row.ours)}</span>,
  },
  {
    key: 'theirs',
    title: words.columns.theirs,
    sort: 'theirs',
    render: (row) => <span title={nameLine(row.theirs)}>{nameLine(row.theirs)}</span>,
  },
  {
    key: 'settles',
    title: words.columns.settles,
    sort: 'settles',
    down: true,
    right: true,
    width: 90,
    render: (row) => grouped(row.settles),
  },
  {
    key: 'assets',
    title: words.columns.assets,
    sort: 'assets',
    down: true,
    right: true,
    width: 80,
    render: (row) => grouped(row.assets),
  },
  {
    key: 'advisories',
    title: words.columns.advisories,
    sort: 'advisories',
    down: true,
    right: true,
    width: 100,
    render: (row) => grouped(row.advisories),
  },
  {
    key: 'state',
    title: words.columns.state,
    sort: 'state',
    width: 150,
    render: (row) => words.states[row.state === 'proposed' ? 'proposed' : 'asked'],
  },
];

export function ReviewPage() {
  const [view, change] = useView();
  const [marked, setMarked] = useState<readonly string[]>([]);
  const [answering, setAnswering] = useState<{ verdict: Verdict; keys: readonly string[] }>();
  const mayDecide = useMay('write-rules');
  const scope = view.site ? exact('site', view.site) : '';
  const filter = both(scope, view.filter);
  const list = useList(['review'], { filter, sort: view.sort }, (query) =>
    data(api.GET('/api/v1/review', { params: { query } })),
  );
  const open = list.items.find((row) => row.key === view.open);
  useAnswerKeys(mayDecide && open !== undefined && answering === undefined, (verdict) =>
    setAnswering({ verdict, keys: open ? [open.key] : [] }),
  );
  const mark = (key: string) =>
    setMarked((before) => (before.includes(key) ? before.filter((one) => one !== key) : [...before, key]));
  const still = marked.filter((key) => list.items.some((row) => row.key === key));
  return (
    <Page
      title={words.title}
      actions={
        <>
          {mayDecide && still.length > 0 && (
            <>
              <Button size="sm" onClick={() => setAnswering({ verdict: 'same', keys: still })}>
                {words.sameMany(still.length)}
              </Button>
              <Button
                size="sm"
                variant="secondary"
                onClick={() => setAnswering({ verdict: 'different', keys: still })}
              >
                {words.differentMany(still.length)}
              </Button>
            </>
          )}
          <Link to="/assets/unmatched" search={view.site ? { site: view.site } : {}}>
            {messages.assets.unmatched.link}
          </Link>
          <CopyAs noun="review list" path="/api/v1/review" filter={filter} />
        </>
      }
      bar={
        <FilterBar
          fields={FIELDS}
          example={words.example}
          count={countWords(list.count)}
          fault={filterFault(list.error)}
        />
      }
      drawer={
        open && (
          <QuestionDrawer
            question={open}
            onAnswer={mayDecide ? (verdict) => setAnswering({ verdict, keys: [open.key] }) : undefined}
            isMarked={still.includes(open.key)}
            onMark={() => mark(open.key)}
            onClose={() => change({ open: undefined })}
          />
        )
      }
    >
      <Questions list={list} scope={scope} />
      {answering && (
        <AnswerDialog
          verdict={answering.verdict}
          questions={list.items.filter((row) => answering.keys.includes(row.key))}
          onDone={() => {
            change({ open: next(list, view.open) });
            setMarked([]);
          }}
          onClose={() => setAnswering(undefined)}
        />
      )}
    </Page>
  );
}

function Questions({ list, scope }: { list: Listed<Question>; scope: string }) {
  return (
    <ListBody
      name={words.title}
      list={list}
      columns={COLUMNS}
      rowKey={(row) => row.key}
      implied={scope}
      nothingYet={
        <Empty title={words.emptyTitle}>
          <p>{words.emptyText}</p>
        </Empty>
      }
    />
  );
}

/** The question after this one, so that a morning's questions are answered one after the other. */
function next(list: Listed<Question>, key: string | undefined): string | undefined {
  const at = list.items.findIndex((row) => row.key === key);
  return at < 0 ? undefined : list.items[at + 1]?.key;
}

function useAnswerKeys(active: boolean, onAnswer: (verdict: Verdict) => void): void {
  useEffect(() => {
    if (!active) {
      return undefined;
    }
    const onKey = (event: KeyboardEvent) => {
      if (isTyping(event) || event.ctrlKey || event.metaKey || event.altKey) {
        return;
      }
      if (event.key === 'y' || event.key === 'n') {
        event.preventDefault();
        onAnswer(event.key === 'y' ? 'same' : 'different');
      }
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  });
}

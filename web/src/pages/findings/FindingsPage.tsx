// My queue: what is to be done first. Its views differ by what a role has to do; the keys of triage decide row by row, or
// many at once.

import { useState } from 'react';
import { api, data } from '../../api/client';
import { useMay, useSession } from '../../api/session';
import type { Finding, TriageDone } from '../../api/types';
import { messages } from '../../messages';
import { CopyAs } from '../../parts/CopyAs';
import { Empty } from '../../parts/Empty';
import { FilterBar, filterFault } from '../../parts/FilterBar';
import { countWords, grouped, ListBody } from '../../parts/ListBody';
import { Page } from '../../parts/Page';
import { TabLinks } from '../../parts/TabLinks';
import { type Listed, useList } from '../../parts/useList';
import { type Selection, useSelection } from '../../parts/useSelection';
import { both, exact } from '../../text/filter';
import { useView } from '../../view';
import { COLUMNS } from './columns';
import { DeedButtons } from './DeedButtons';
import type { Deed, Which } from './deeds';
import { FindingDrawer } from './FindingDrawer';
import { Outcome } from './Outcome';
import { TriageDialog } from './TriageDialog';
import { focusedRow, focusRow, useTriageKeys } from './useTriageKeys';
import { QUEUES, type QueueName, usualQueue } from './views';

const words = messages.findings;
const triage = messages.triage;
const FIELDS =
  'lane outcome possible certain due clock exploited kev ransomware vulnerability title asset site zone vendor product kind owner verdict decision score epss_percentile opened evaluated reported advisory';

interface Deciding {
  readonly deed: Deed;
  readonly which: Which;
  /** Where the focus goes afterwards. */
  readonly place: number | undefined;
}

function useQueue() {
  const [view] = useView();
  const session = useSession().data;
  // A link that brings its own filter means exactly those rows.
  const first: QueueName = view.filter ? 'all' : usualQueue(session);
  const name = (view.tab as QueueName | undefined) ?? first;
  const own = QUEUES.find(([key]) => key === name)?.[2] ?? '';
  const scope = view.site ? exact('site', view.site) : '';
  const implied = both(scope, own);
  const filter = both(implied, view.filter);
  const list = useList(['findings'], { filter, sort: view.sort }, (query) =>
    data(api.GET('/api/v1/findings', { params: { query } })),
  );
  return { first, implied, filter, list };
}

export function FindingsPage() {
  const [view, change] = useView();
  const { first, implied, filter, list } = useQueue();
  const mayDecide = useMay('write-decisions');
  const selection = useSelection(list.items.map((row) => row.id));
  const [deciding, setDeciding] = useState<Deciding>();
  const [done, setDone] = useState<readonly TriageDone[]>();
  const begin = (deed: Deed) => {
    const place = focusedRow() ?? list.items.findIndex((row) => row.id === view.open);
    const row = list.items[place]?.id;
    const findings = selection.keys.length > 0 ? [...selection.keys] : row ? [row] : [];
    if (findings.length > 0) {
      setDeciding({ deed, which: { findings }, place: place < 0 ? undefined : place });
    }
  };
  useTriageKeys({
    active: mayDecide && deciding === undefined,
    keyAt: (place) => list.items[place]?.id,
    selection,
    onDeed: begin,
    onUndo: () => document.getElementById('triage-undo')?.click(),
  });
  const close = (came?: readonly TriageDone[]) => {
    const place = deciding?.place;
    setDeciding(undefined);
    if (came) {
      setDone(came);
      selection.clear();
    }
    if (place !== undefined) {
      // The dialog gives the focus back first, to a row that may be gone.
      setTimeout(() => focusRow(place), 50);
    }
  };
  return (
    <Page
      title={words.title}
      actions={<CopyAs noun="finding list" path="/api/v1/findings" filter={filter} />}
      bar={
        <>
          <TabLinks
            label={triage.views.label}
            first={first}
            tabs={QUEUES.map(([key, word]) => [key, word] as const)}
          />
          <FilterBar
            fields={FIELDS}
            example={words.example}
            count={countWords(list.count)}
            fault={filterFault(list.error)}
          />
          {mayDecide && selection.keys.length > 0 && (
            <Chosen selection={selection} all={list.count} onDeed={begin} />
          )}
          {done && <Outcome done={done} onClose={() => setDone(undefined)} />}
        </>
      }
      drawer={
        view.open && (
          <FindingDrawer
            id={view.open}
            onDeed={mayDecide ? begin : undefined}
            onClose={() => change({ open: undefined })}
          />
        )
      }
    >
      <Queue list={list} implied={implied} selection={mayDecide ? selection : undefined} />
      {deciding && (
        <TriageDialog
          deed={deciding.deed}
          which={deciding.which}
          onDone={(came) => close(came)}
          onClose={() => close()}
        />
      )}
    </Page>
  );
}

function Queue({
  list,
  implied,
  selection,
}: {
  list: Listed<Finding>;
  implied: string;
  selection: Selection | undefined;
}) {
  return (
    <ListBody
      name={words.title}
      list={list}
      columns={COLUMNS}
      rowKey={(row) => row.id}
      implied={implied}
      selection={selection}
      selectWord={(row) => triage.select(row.vulnerability, row.asset_tag)}
      nothingYet={
        <Empty title={words.emptyTitle}>
          <p>{words.emptyText}</p>
        </Empty>
      }
    />
  );
}

function Chosen({
  selection,
  all,
  onDeed,
}: {
  selection: Selection;
  all: Listed<Finding>['count'];
  onDeed: (deed: Deed) => void;
}) {
  const n = grouped(selection.keys.length);
  // Only rows that were read can be chosen, and a queue may be longer than that.
  const isPart = all !== undefined && (!all.exact || all.value > selection.keys.length);
  return (
    <div className="hp-toolbar">
      <output>{isPart ? triage.chosenOf(n, countWords(all)) : triage.chosen(n)}</output>
      <DeedButtons onDeed={onDeed} />
      <button type="button" className="hp-link" onClick={selection.clear}>
        {triage.clear}
      </button>
    </div>
  );
}

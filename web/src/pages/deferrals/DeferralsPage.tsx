// Deferrals & mitigations: what was decided not to be patched, until when, and what protects meanwhile.

import { Button } from '@patternfly/react-core';
import { useState } from 'react';
import { api, data } from '../../api/client';
import { useMay } from '../../api/session';
import type { Exemption } from '../../api/types';
import { messages } from '../../messages';
import { CopyAs } from '../../parts/CopyAs';
import type { Column } from '../../parts/DataTable';
import { Empty } from '../../parts/Empty';
import { FilterBar, filterFault } from '../../parts/FilterBar';
import { countWords, ListBody } from '../../parts/ListBody';
import { MarkText, When } from '../../parts/MarkText';
import { Page } from '../../parts/Page';
import { QuickFilters } from '../../parts/QuickFilters';
import { useList } from '../../parts/useList';
import { useShownZone } from '../../shown';
import { controlMark, exemptionMark, kindWord, riskWord } from '../../text/decisions';
import { dayAfter } from '../../text/endOfDay';
import { useView } from '../../view';
import { ExemptionDrawer } from './ExemptionDrawer';
import { BLANK, ProposeDialog } from './ProposeDialog';

const words = messages.deferrals;
const names = words.columns;
const FIELDS = 'kind state code what on residual controls author reason proposed expires changed';
const DAY_MS = 86_400_000;

/** The end, with how near it is; only what is open can be late. */
export function Ends({ one }: { one: Exemption }) {
  const { now } = useShownZone();
  const days = Math.floor((new Date(one.expires_at).getTime() - now.getTime()) / DAY_MS);
  const open = one.state === 'holding' || one.state === 'under_review';
  return (
    <>
      <When at={one.expires_at} dayOnly />
      {open && days < 0 && (
        <span className="hp-tone-act">
          {' '}
          <span aria-hidden="true">◆ </span>
          {words.overdue}
        </span>
      )}
      {open && days >= 0 && days <= 30 && (
        <span className="hp-tone-due">
          {' '}
          <span aria-hidden="true">▲ </span>
          {words.soon(days)}
        </span>
      )}
    </>
  );
}

/** The worst of the controls: failed, then never, then how many work. */
function Controls({ one }: { one: Exemption }) {
  if (one.controls.length === 0) {
    return <span className="hp-tone-unsure">{words.noControls}</span>;
  }
  const failed = one.controls.find((control) => control.verified === 'failed');
  const working = one.controls.filter((control) => control.verified === 'working').length;
  if (failed) {
    return <MarkText mark={controlMark('failed')} />;
  }
  return working === one.controls.length ? (
    words.controlsOf(working, one.controls.length)
  ) : (
    <span className="hp-tone-unsure">
      <span aria-hidden="true">? </span>
      {words.controlsOf(working, one.controls.length)}
    </span>
  );
}

const COLUMNS: readonly Column<Exemption>[] = [
  {
    key: 'what',
    title: names.what,
    sort: 'what',
    width: 160,
    render: (row) => row.vulnerability ?? row.patch,
  },
  { key: 'on', title: names.on, width: 190, render: (row) => row.on ?? row.on_kind },
  { key: 'kind', title: names.kind, sort: 'kind', width: 90, render: (row) => kindWord(row.kind) },
  {
    key: 'state',
    title: names.state,
    sort: 'state',
    width: 210,
    render: (row) => <MarkText mark={exemptionMark(row.state)} />,
  },
  { key: 'expires', title: names.expires, sort: 'expires', width: 200, render: (row) => <Ends one={row} /> },
  {
    key: 'reason',
    title: names.reason,
    sort: 'reason',
    render: (row) => <span title={row.reason}>{words.codes[row.reason_code] ?? row.reason}</span>,
  },
  {
    key: 'controls',
    title: names.controls,
    sort: 'controls',
    width: 170,
    render: (row) => <Controls one={row} />,
  },
  {
    key: 'residual',
    title: names.residual,
    sort: 'residual',
    down: true,
    width: 80,
    render: (row) => riskWord(row.residual),
  },
  { key: 'author', title: names.author, sort: 'author', width: 120, render: (row) => row.author },
];

export function DeferralsPage() {
  const [view, change] = useView();
  const mayAsk = useMay('write-decisions');
  const { now } = useShownZone();
  const [proposing, setProposing] = useState(false);
  const list = useList(['exemptions'], { filter: view.filter, sort: view.sort }, (query) =>
    data(api.GET('/api/v1/exemptions', { params: { query } })),
  );
  const quick: readonly (readonly [string, string])[] = [
    [words.all, ''],
    [words.due, `-state:ended expires<${dayAfter(now, 31)}`],
    [words.review, 'state:under_review'],
    [words.unverified, 'state:proposed'],
  ];
  return (
    <Page
      title={words.title}
      actions={
        <>
          {mayAsk && <Button onClick={() => setProposing(true)}>{words.propose}</Button>}
          <CopyAs noun="exemption list" path="/api/v1/exemptions" filter={view.filter ?? ''} />
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
      drawer={view.open && <ExemptionDrawer id={view.open} onClose={() => change({ open: undefined })} />}
    >
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
      {proposing && <ProposeDialog proposal={BLANK} onClose={() => setProposing(false)} />}
    </Page>
  );
}

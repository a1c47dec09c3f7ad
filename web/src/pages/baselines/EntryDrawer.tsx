// One patch in a baseline: state, supplier, evidence, signatures, what blocks it, its successors and its steps.

import { Button, FormGroup, TextArea } from '@patternfly/react-core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, data } from '../../api/client';
import { may, useSession } from '../../api/session';
import type { Baseline, ResolvedEntry } from '../../api/types';
import { messages } from '../../messages';
import { Dialog } from '../../parts/Dialog';
import { Drawer } from '../../parts/Drawer';
import { Facts, Section } from '../../parts/Facts';
import { MarkText, NotApplicable, When } from '../../parts/MarkText';
import { ProblemNote } from '../../parts/ProblemNote';
import { RowOutcomes } from '../../parts/RowOutcomes';
import { SupplierSays } from '../../parts/SupplierSays';
import { ownerMark } from '../../text/decisions';
import { term } from '../../text/filter';
import { Evidence } from './PatchesTab';
import { ProposeDialog } from './ProposeDialog';
import { usePatches } from './pieces';

const words = messages.baselines;
const names = words.drawer;

type Deed = 'post' | 'hold' | 'release' | 'refuse' | 'reopen';

export function EntryDrawer({
  baseline,
  patch,
  onClose,
}: {
  baseline: Baseline;
  patch: string;
  onClose: () => void;
}) {
  const list = usePatches(baseline.id, undefined);
  const row = list.items.find((one) => one.entry.patch === patch);
  const steps = useQuery({
    queryKey: ['baseline', baseline.id, 'history', patch],
    queryFn: () =>
      data(
        api.GET('/api/v1/baselines/{id}/patches/{patch}', { params: { path: { id: baseline.id, patch } } }),
      ),
  });
  return (
    <Drawer
      title={patch}
      kicker={row?.inherited ? words.inherited(row.entry.baseline) : baseline.name}
      onClose={onClose}
    >
      {Boolean(list.error) && <ProblemNote error={list.error} onRetry={list.retry} />}
      {row && <Summary row={row} />}
      {row && <Successors row={row} baseline={baseline} />}
      {row && <Deeds row={row} baseline={baseline} />}
      <p className="hp-section">
        <Link to="/patches" search={{ open: patch }}>
          {names.patch}
        </Link>
        {' · '}
        <Link to="/tests" search={{ filter: term('patch', patch, '=') }}>
          {names.tests}
        </Link>
      </p>
      {steps.data && steps.data.items.length > 0 && (
        <Section title={names.steps}>
          <ul className="hp-list">
            {steps.data.items.map((step) => (
              <li key={`${step.since} ${step.state} ${step.hold}`}>
                <When at={step.since} /> {ownerMark(step.state).word}, {step.by}
                {step.why && <>: {step.why}</>}
                {step.hold && (
                  <span className="hp-tone-due">
                    {' '}
                    · {names.hold}: {step.hold}
                  </span>
                )}
              </li>
            ))}
          </ul>
        </Section>
      )}
    </Drawer>
  );
}

function Summary({ row }: { row: ResolvedEntry }) {
  const entry = row.entry;
  return (
    <>
      <Facts
        rows={[
          [names.state, <MarkText key="s" mark={ownerMark(entry.state)} />],
          [
            names.since,
            <span key="t">
              <When at={entry.since} />, {entry.by}
            </span>,
          ],
          ...(entry.why ? [[names.why, entry.why] as const] : []),
          ...(entry.hold
            ? [
                [
                  names.hold,
                  <span key="h" className="hp-tone-due">
                    ▲ {entry.hold}
                  </span>,
                ] as const,
              ]
            : []),
          [names.supplier, <SupplierSays key="v" standing={row.supplier} />],
          ...(row.footing
            ? [
                [
                  names.footing,
                  `${messages.words.footing[row.footing] ?? row.footing}${row.risk_owner ? `, ${row.risk_owner}` : ''}`,
                ] as const,
              ]
            : []),
          [
            names.evidence,
            <span key="e">
              <Evidence row={row} />
              {row.inspection && <>: {row.inspection}</>}
              {row.runs.map((run, at) => (
                <span key={run}>
                  {' '}
                  <Link to="/tests/$id" params={{ id: run }}>
                    {messages.tests.run(at + 1)}
                  </Link>
                </span>
              ))}
            </span>,
          ],
          [
            words.patchColumns.signed,
            row.signed_by.length > 0 ? row.signed_by.join(', ') : <NotApplicable key="n" />,
          ],
          [
            words.patchColumns.expires,
            row.expires_at ? <When key="x" at={row.expires_at} dayOnly /> : <NotApplicable key="x" />,
          ],
          ...(entry.decision_id
            ? [
                [
                  names.decision,
                  <Link key="d" to="/approvals/$id" params={{ id: entry.decision_id }}>
                    {names.open}
                  </Link>,
                ] as const,
              ]
            : []),
        ]}
      />
      {row.blocked.length > 0 && (
        <div className="hp-cannot" role="note">
          <strong>{names.blocked}</strong>
          <ul>
            {row.blocked.map((why) => (
              <li key={why}>{why}</li>
            ))}
          </ul>
        </div>
      )}
    </>
  );
}

function Successors({ row, baseline }: { row: ResolvedEntry; baseline: Baseline }) {
  const mayAsk = may(useSession().data, 'write-decisions');
  const [asking, setAsking] = useState<string>();
  if (row.superseded_by.length === 0) {
    return null;
  }
  return (
    <Section title={names.successors}>
      <ul className="hp-plain-list">
        {row.superseded_by.map((one) => (
          <li key={one.patch}>
            <span className="hp-mono">{one.patch}</span> <MarkText mark={ownerMark(one.state)} />{' '}
            {mayAsk &&
              (one.state === null || one.state === undefined || one.state === 'in_internal_test') && (
                <Button size="sm" variant="secondary" onClick={() => setAsking(one.patch)}>
                  {words.propose}
                </Button>
              )}
          </li>
        ))}
      </ul>
      {asking && <ProposeDialog baseline={baseline} patch={asking} onClose={() => setAsking(undefined)} />}
    </Section>
  );
}

/** Who refuses what ended by itself. */
const ITSELF = 'Holdpoint';

/** What can be done with an entry as it stands; the server decides. */
function deedsOf(row: ResolvedEntry, approves: boolean): Deed[] {
  if (row.inherited) {
    return [];
  }
  const held = Boolean(row.entry.hold);
  const decided = row.entry.state === 'authorized' || row.entry.state === 'effective';
  const all: (Deed | false)[] = [
    row.entry.state === 'authorized' && approves && 'post',
    held && approves && 'release',
    decided && !held && 'hold',
    decided && approves && 'refuse',
    row.entry.state === 'not_authorized' && (approves || row.entry.by === ITSELF) && 'reopen',
  ];
  return all.filter((one): one is Deed => one !== false);
}

function Deeds({ row, baseline }: { row: ResolvedEntry; baseline: Baseline }) {
  const session = useSession().data;
  const [deed, setDeed] = useState<Deed>();
  const prepares = may(session, 'write-decisions');
  if (!prepares && !may(session, 'approve')) {
    return null;
  }
  const propose = prepares && (row.inherited || row.entry.state === 'in_internal_test');
  return (
    <div className="hp-actions hp-drawer-actions">
      {deedsOf(row, may(session, 'approve')).map((one) => (
        <Button key={one} size="sm" variant="secondary" onClick={() => setDeed(one)}>
          {words.deeds[one]}
        </Button>
      ))}
      {propose && <ProposeHere baseline={baseline} patch={row.entry.patch} />}
      {deed && (
        <DeedDialog
          baseline={baseline}
          patch={row.entry.patch}
          deed={deed}
          onClose={() => setDeed(undefined)}
        />
      )}
    </div>
  );
}

function ProposeHere({ baseline, patch }: { baseline: Baseline; patch: string }) {
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Button size="sm" onClick={() => setAsking(true)}>
        {words.propose}
      </Button>
      {asking && <ProposeDialog baseline={baseline} patch={patch} onClose={() => setAsking(false)} />}
    </>
  );
}

function DeedDialog({
  baseline,
  patch,
  deed,
  onClose,
}: {
  baseline: Baseline;
  patch: string;
  deed: Deed;
  onClose: () => void;
}) {
  const queries = useQueryClient();
  const [reason, setReason] = useState('');
  const send = useMutation({
    mutationFn: () =>
      data(
        api.POST('/api/v1/baselines/{id}/patches', {
          params: { path: { id: baseline.id } },
          body: { patches: [patch], deed, reason: reason.trim() },
        }),
      ),
    onSuccess: async (list) => {
      await queries.invalidateQueries();
      if (list.items.every((row) => row.done)) {
        onClose();
      }
    },
  });
  return (
    <Dialog
      title={`${words.deeds[deed]}: ${patch}`}
      text={words.deedTexts[deed] ?? ''}
      submit={words.deeds[deed]}
      ready={reason.trim() !== ''}
      busy={send.isPending}
      error={send.error}
      onSubmit={() => send.mutate()}
      onClose={onClose}
    >
      <FormGroup label={words.reason} fieldId="reason" isRequired>
        <TextArea id="reason" rows={3} maxLength={2000} value={reason} onChange={(_, v) => setReason(v)} />
      </FormGroup>
      {send.data && (
        <RowOutcomes rows={send.data.items} name={(key) => key} said={(state) => ownerMark(state).word} />
      )}
    </Dialog>
  );
}

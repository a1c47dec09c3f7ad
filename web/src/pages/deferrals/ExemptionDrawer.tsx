// One exemption: what stays open and why, what protects meanwhile, what changed, and every step since.

import { Button, FormGroup, TextArea } from '@patternfly/react-core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, data } from '../../api/client';
import { may, useSession } from '../../api/session';
import type { Control, ControlFile, Exemption, LowerChoice } from '../../api/types';
import { messages } from '../../messages';
import { Dialog } from '../../parts/Dialog';
import { Drawer } from '../../parts/Drawer';
import { Facts, Section } from '../../parts/Facts';
import { size } from '../../parts/fileSize';
import { MarkText, Unknown, When } from '../../parts/MarkText';
import { ProblemNote } from '../../parts/ProblemNote';
import { controlMark, exemptionMark, kindWord, riskWord } from '../../text/decisions';
import { spoken } from '../../text/words';
import { Offers } from '../approvals/CardCarrying';
import { AtStake } from '../approvals/CardParts';
import { ComparePart } from './ComparePart';
import { useControls } from './ControlFields';
import { Ends } from './DeferralsPage';
import { LowerDialog } from './LowerDialog';
import { type Proposal, ProposeDialog } from './ProposeDialog';
import { VerifyDialog } from './VerifyDialog';

const words = messages.deferrals;
const names = words.drawer;
const card = messages.approvals.card;

export function ExemptionDrawer({ id, onClose }: { id: string; onClose: () => void }) {
  const asked = useQuery({
    queryKey: ['exemption', id],
    queryFn: () => data(api.GET('/api/v1/exemptions/{id}', { params: { path: { id } } })),
  });
  const one = asked.data?.exemption;
  return (
    <Drawer
      title={one ? `${kindWord(one.kind)} ${one.vulnerability ?? one.patch}` : ''}
      kicker={one && `${words.number(one.number)} · ${one.on ?? one.on_kind}`}
      onClose={onClose}
    >
      {asked.error && <ProblemNote error={asked.error} onRetry={() => void asked.refetch()} />}
      {one && (
        <>
          {one.triggers.length > 0 && (
            <div className="hp-cannot" role="note">
              <strong>{names.triggered}</strong>
              <ul>
                {one.triggers.map((trigger) => (
                  <li key={trigger}>{words.triggers[trigger] ?? trigger}</li>
                ))}
              </ul>
            </div>
          )}
          <Summary one={one} />
          <Deeds one={one} choices={asked.data?.lower ?? []} />
          {asked.data && (
            <>
              <Section title={card.atStake}>
                {asked.data.stake ? (
                  <AtStake
                    stake={asked.data.stake}
                    filter={one.vulnerability ? `vulnerability:${one.vulnerability}` : undefined}
                  />
                ) : (
                  <p className="hp-tone-unsure">? {card.noFix}</p>
                )}
              </Section>
              <Section title={card.onOffer}>
                <Offers offers={asked.data.on_offer} />
              </Section>
            </>
          )}
          <Section title={names.controls}>
            {one.controls.length === 0 && <p className="hp-tone-unsure">{names.noControls}</p>}
            {one.controls.map((control, at) => (
              <ControlPart
                key={`${control.control} ${control.what}`}
                one={one}
                control={control}
                place={at + 1}
                files={asked.data?.files ?? []}
              />
            ))}
          </Section>
          <ComparePart id={one.id} />
          <Section title={names.steps}>
            <ul className="hp-list">
              {asked.data?.steps.map((step) => (
                <li key={`${step.at} ${step.state} ${step.note}`}>
                  <When at={step.at} /> {exemptionMark(step.state).word}, {step.by}
                  {step.note && <>: {step.note}</>}
                </li>
              ))}
            </ul>
          </Section>
        </>
      )}
    </Drawer>
  );
}

function Summary({ one }: { one: Exemption }) {
  const found = useQuery({
    queryKey: ['decision', one.decision_id],
    enabled: Boolean(one.decision_id),
    queryFn: () =>
      data(api.GET('/api/v1/decisions/{id}', { params: { path: { id: one.decision_id ?? '' } } })),
  });
  const decision = found.data?.decision;
  const signed = decision?.signatures.map((signature) => signature.by.name).join(', ');
  return (
    <Facts
      rows={[
        [words.columns.state, <MarkText key="s" mark={exemptionMark(one.state)} />],
        [words.columns.reason, `${words.codes[one.reason_code] ?? one.reason_code}: ${one.reason}`],
        [names.residual, riskWord(one.residual)],
        // Without a decision nobody has signed; until it is there, nobody can tell.
        [names.acceptor, one.decision_id && !decision ? <Unknown key="a" /> : signed || names.nobody],
        [names.ends, <Ends key="e" one={one} />],
        ...(one.ended_why ? [[names.endedWhy, one.ended_why] as const] : []),
        ...(one.decision_id
          ? [
              [
                names.decision,
                <Link key="d" to="/approvals/$id" params={{ id: one.decision_id }}>
                  {decision ? messages.approvals.number(decision.number) : names.decision}
                </Link>,
              ] as const,
            ]
          : []),
      ]}
    />
  );
}

/** What it costs, as far as somebody said; what nobody said is a question mark. */
function burden(control: Control): string {
  const money = control.cost_cents == null ? undefined : (control.cost_cents / 100).toLocaleString('en-GB');
  return [
    money === undefined ? `? ${words.notSaid}` : words.money(money),
    words.work(control.effort_min == null ? '?' : String(control.effort_min)),
    words.downtime(control.downtime_min == null ? '?' : String(control.downtime_min)),
  ].join(' · ');
}

function ControlPart({
  one,
  control,
  place,
  files,
}: {
  one: Exemption;
  control: Control;
  place: number;
  files: readonly ControlFile[];
}) {
  const session = useSession().data;
  const [verifying, setVerifying] = useState(false);
  const kind = useControls().data?.items.find((known) => known.control === control.control);
  return (
    <div className="hp-remediation">
      <p className="hp-sentence">
        {spoken(control.control)}: {control.what}
      </p>
      <p>
        <MarkText mark={controlMark(control.verified)} />
        {control.verified_at && (
          <>
            {' '}
            <When at={control.verified_at} />, {control.verified_by}: {control.evidence}
          </>
        )}
      </p>
      <p className="hp-small hp-muted">
        {names.owner}: {control.owner} · {burden(control)}
      </p>
      {kind && (
        <p className="hp-small hp-muted">
          {names.changes} {spoken(kind.changes)}. {names.proof} {kind.evidence}.
        </p>
      )}
      {files.map((file, at) =>
        file.control === place ? (
          <p key={`${file.file.sha256} ${file.file.added_at}`} className="hp-small hp-break">
            <a href={`/api/v1/exemptions/${one.id}/files/${at + 1}`} download={file.file.name}>
              {file.file.name}
            </a>{' '}
            {size(file.file.size_bytes)} <span className="hp-mono">{file.file.sha256}</span>
          </p>
        ) : null,
      )}
      {may(session, 'record-test') && one.state !== 'ended' && (
        <Button size="sm" variant="secondary" onClick={() => setVerifying(true)}>
          {words.verify}
        </Button>
      )}
      {verifying && (
        <VerifyDialog
          id={one.id}
          place={place}
          what={control.what}
          proof={kind?.evidence}
          onClose={() => setVerifying(false)}
        />
      )}
    </div>
  );
}

/** The same again, as a proposal that can be changed. */
function again(one: Exemption): Proposal {
  return {
    kind: one.kind as Proposal['kind'],
    subjectKind: one.patch ? 'patch' : 'vulnerability',
    subject: one.patch ?? one.vulnerability ?? '',
    onKind: one.on_kind,
    on: one.on_kind === 'zone' ? one.on_id : (one.on ?? one.on_id),
    reasonCode: one.reason_code,
    reason: one.reason,
    residual: one.residual,
    controls: one.controls.map((control, key) => ({
      key,
      control: control.control,
      what: control.what,
      owner: control.owner,
      cost: control.cost_cents == null ? '' : String(control.cost_cents / 100),
      work: control.effort_min == null ? '' : String(control.effort_min),
      downtime: control.downtime_min == null ? '' : String(control.downtime_min),
    })),
  };
}

function Deeds({ one, choices }: { one: Exemption; choices: readonly LowerChoice[] }) {
  const session = useSession().data;
  const mayAsk = may(session, 'write-decisions');
  const bears = may(session, 'approve') && one.state === 'holding';
  const mayLower = bears && choices.some((choice) => !choice.cannot);
  const cannot = bears && !mayLower ? choices.at(-1)?.cannot : undefined;
  const [deed, setDeed] = useState<'close' | 'ask-again' | 'renew' | 'lower'>();
  if (!mayAsk && !mayLower && !cannot) {
    return null;
  }
  return (
    <div className="hp-actions hp-drawer-actions">
      {mayAsk && one.state === 'under_review' && (
        <Button size="sm" onClick={() => setDeed('ask-again')}>
          {words.askAgain}
        </Button>
      )}
      {mayAsk && (
        <Button size="sm" variant="secondary" onClick={() => setDeed('renew')}>
          {words.renew}
        </Button>
      )}
      {mayLower && (
        <Button size="sm" variant="secondary" onClick={() => setDeed('lower')}>
          {words.lower}
        </Button>
      )}
      {mayAsk && one.state !== 'ended' && (
        <Button size="sm" variant="secondary" onClick={() => setDeed('close')}>
          {words.close}
        </Button>
      )}
      {cannot && <p className="hp-small hp-muted">{words.lowerCannot(cannot)}</p>}
      {deed === 'lower' && <LowerDialog one={one} choices={choices} onClose={() => setDeed(undefined)} />}
      {deed === 'renew' && <ProposeDialog proposal={again(one)} onClose={() => setDeed(undefined)} />}
      {(deed === 'close' || deed === 'ask-again') && (
        <ReasonDialog id={one.id} deed={deed} onClose={() => setDeed(undefined)} />
      )}
    </div>
  );
}

function ReasonDialog({
  id,
  deed,
  onClose,
}: {
  id: string;
  deed: 'close' | 'ask-again';
  onClose: () => void;
}) {
  const queries = useQueryClient();
  const [reason, setReason] = useState('');
  const send = useMutation({
    mutationFn: async (): Promise<unknown> => {
      const options = { params: { path: { id } }, body: { reason: reason.trim() } };
      return deed === 'close'
        ? await data(api.POST('/api/v1/exemptions/{id}/close', options))
        : await data(api.POST('/api/v1/exemptions/{id}/ask-again', options));
    },
    onSuccess: async () => {
      onClose();
      await queries.invalidateQueries();
    },
  });
  return (
    <Dialog
      title={deed === 'close' ? words.closeTitle : words.askAgain}
      text={deed === 'close' ? words.closeText : words.askAgainText}
      submit={deed === 'close' ? words.close : words.askAgain}
      ready={reason.trim() !== ''}
      busy={send.isPending}
      error={send.error}
      onSubmit={() => send.mutate()}
      onClose={onClose}
    >
      <FormGroup label={words.reason} fieldId="reason" isRequired>
        <TextArea id="reason" rows={3} maxLength={2000} value={reason} onChange={(_, v) => setReason(v)} />
      </FormGroup>
    </Dialog>
  );
}

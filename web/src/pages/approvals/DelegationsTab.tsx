// Rights to sign that were lent, and lending one's own.

import { Button, FormGroup, TextArea, TextInput } from '@patternfly/react-core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, data } from '../../api/client';
import { useMay, useSession } from '../../api/session';
import { messages } from '../../messages';
import { Dialog } from '../../parts/Dialog';
import { Empty } from '../../parts/Empty';
import { When } from '../../parts/MarkText';
import { ProblemNote } from '../../parts/ProblemNote';
import { useShownZone } from '../../shown';
import { endOfDay } from '../../text/endOfDay';
import { day } from '../../text/time';

const words = messages.approvals;
const names = words.delegation;

export function DelegationsTab() {
  const mayApprove = useMay('approve');
  const me = useSession().data?.user.name;
  const { shown, now } = useShownZone();
  const [lending, setLending] = useState(false);
  const [ending, setEnding] = useState<string>();
  const list = useQuery({
    queryKey: ['delegations'],
    queryFn: () => data(api.GET('/api/v1/delegations')),
  });
  const items = list.data?.items ?? [];
  return (
    <>
      {mayApprove && (
        <div className="hp-listhead">
          <Button size="sm" onClick={() => setLending(true)}>
            {words.lend}
          </Button>
        </div>
      )}
      {list.error && <ProblemNote error={list.error} onRetry={() => void list.refetch()} />}
      {list.data && items.length === 0 && (
        <Empty title={words.emptyDelegations}>
          <p>{words.emptyDelegationsText}</p>
        </Empty>
      )}
      {items.length > 0 && (
        <table className="hp-table">
          <thead>
            <tr>
              {[names.from, names.to, names.since, names.until, names.state, names.reason].map((title) => (
                <th key={title} scope="col">
                  {title}
                </th>
              ))}
              <th scope="col">
                <span className="hp-hidden">{names.revoke}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {items.map((one) => {
              const isOver = new Date(one.until) <= now;
              const mine = me === one.from.name || me === one.to.name;
              return (
                <tr key={one.id}>
                  <th scope="row">{one.from.name}</th>
                  <td>{one.to.name}</td>
                  <td>
                    <When at={one.from_at} dayOnly />
                  </td>
                  <td>
                    <When at={one.until} dayOnly />
                  </td>
                  <td>
                    {one.revoked_at
                      ? names.revoked(day(one.revoked_at, shown))
                      : isOver
                        ? names.over
                        : names.holds}
                  </td>
                  <td>{one.reason}</td>
                  <td>
                    {mine && !one.revoked_at && !isOver && (
                      <Button size="sm" variant="secondary" onClick={() => setEnding(one.id)}>
                        {names.revoke}
                      </Button>
                    )}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
      {lending && <LendDialog onClose={() => setLending(false)} />}
      {ending && <EndDialog id={ending} onClose={() => setEnding(undefined)} />}
    </>
  );
}

function LendDialog({ onClose }: { onClose: () => void }) {
  const queries = useQueryClient();
  const [to, setTo] = useState('');
  const [until, setUntil] = useState('');
  const [reason, setReason] = useState('');
  const send = useMutation({
    mutationFn: () =>
      data(
        api.POST('/api/v1/delegations', {
          body: { to: to.trim(), until: endOfDay(until), reason: reason.trim() },
        }),
      ),
    onSuccess: async () => {
      onClose();
      await queries.invalidateQueries();
    },
  });
  return (
    <Dialog
      title={words.lendTitle}
      text={words.lendText}
      submit={words.lendTitle}
      ready={to.trim() !== '' && until !== '' && reason.trim() !== ''}
      busy={send.isPending}
      error={send.error}
      onSubmit={() => send.mutate()}
      onClose={onClose}
    >
      <FormGroup label={words.to} fieldId="lend-to" isRequired>
        <TextInput id="lend-to" maxLength={100} value={to} onChange={(_, value) => setTo(value)} />
      </FormGroup>
      <FormGroup label={words.until} fieldId="lend-until" isRequired>
        <TextInput id="lend-until" type="date" value={until} onChange={(_, value) => setUntil(value)} />
      </FormGroup>
      <FormGroup label={words.reason} fieldId="lend-reason" isRequired>
        <TextArea id="lend-reason" maxLength={2000} value={reason} onChange={(_, v) => setReason(v)} />
      </FormGroup>
    </Dialog>
  );
}

function EndDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const queries = useQueryClient();
  const [reason, setReason] = useState('');
  const send = useMutation({
    mutationFn: () =>
      api.POST('/api/v1/delegations/{id}/revoke', {
        params: { path: { id } },
        body: { reason: reason.trim() },
      }),
    onSuccess: async () => {
      onClose();
      await queries.invalidateQueries();
    },
  });
  return (
    <Dialog
      title={names.revoke}
      submit={names.revoke}
      ready={reason.trim() !== ''}
      busy={send.isPending}
      error={send.error}
      onSubmit={() => send.mutate()}
      onClose={onClose}
    >
      <FormGroup label={words.reason} fieldId="reason" isRequired>
        <TextArea id="reason" maxLength={2000} value={reason} onChange={(_, v) => setReason(v)} />
      </FormGroup>
    </Dialog>
  );
}

// A code for a device, shown once with what to type there; and the end of an agent.

import { ClipboardCopy, FormGroup, FormHelperText, TextInput } from '@patternfly/react-core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, data } from '../../api/client';
import type { Agent, EnrolCode } from '../../api/types';
import { messages } from '../../messages';
import { Dialog } from '../../parts/Dialog';
import { When } from '../../parts/MarkText';

const words = messages.agents;

/** A line of text with what it means. */
export function Field({
  id,
  label,
  hint,
  value,
  number,
  onChange,
}: {
  id: string;
  label: string;
  hint?: string;
  value: string;
  number?: { readonly min: number; readonly max: number };
  onChange: (value: string) => void;
}) {
  return (
    <FormGroup label={label} fieldId={id}>
      <TextInput
        id={id}
        type={number ? 'number' : 'text'}
        {...number}
        value={value}
        onChange={(_, typed) => onChange(typed)}
      />
      {hint && <FormHelperText>{hint}</FormHelperText>}
    </FormGroup>
  );
}

/** The line that is typed at the device; the server's address is the reader's to fill in. */
export function enrolLine(made: EnrolCode): string {
  return `holdpoint agent enrol SERVER:PORT --fingerprint ${made.fingerprint} --code ${made.code} --root ${made.root}`;
}

export function CodeDialog({ onClose }: { onClose: () => void }) {
  const [asset, setAsset] = useState('');
  const [group, setGroup] = useState('default');
  const [hours, setHours] = useState('8');
  const [reason, setReason] = useState('');
  const make = useMutation({
    mutationFn: () =>
      data(
        api.POST('/api/v1/assets/{id}/enrol', {
          params: { path: { id: asset.trim() } },
          body: { class: group.trim(), hours: Number(hours), reason: reason.trim() },
        }),
      ),
  });
  const made = make.data;
  if (made) {
    return (
      <Dialog title={words.codeMade(made.asset)} text={words.codeOnce} onClose={onClose} wide>
        <p>
          {words.codeUntil} <When at={made.expires_at} />
        </p>
        <ClipboardCopy
          isReadOnly
          hoverTip={messages.actions.copy}
          clickTip={messages.actions.copied}
          textAriaLabel={words.codeLine}
        >
          {enrolLine(made)}
        </ClipboardCopy>
      </Dialog>
    );
  }
  return (
    <Dialog
      title={words.makeCode}
      text={words.codeText}
      submit={words.makeCode}
      ready={asset.trim() !== '' && group.trim() !== '' && Number(hours) >= 1 && Number(hours) <= 72}
      busy={make.isPending}
      error={make.error}
      onSubmit={() => make.mutate()}
      onClose={onClose}
    >
      <Field
        id="asset"
        label={words.columns.asset}
        hint={words.assetHint}
        value={asset}
        onChange={setAsset}
      />
      <Field
        id="class"
        label={words.columns.class}
        hint={words.classHint}
        value={group}
        onChange={setGroup}
      />
      <Field id="hours" label={words.hours} value={hours} number={{ min: 1, max: 72 }} onChange={setHours} />
      <Field id="reason" label={words.reason} value={reason} onChange={setReason} />
    </Dialog>
  );
}

export function RevokeDialog({ agent, onClose }: { agent: Agent; onClose: () => void }) {
  const queries = useQueryClient();
  const [reason, setReason] = useState('');
  const revoke = useMutation({
    mutationFn: () =>
      data(
        api.POST('/api/v1/agents/{asset}/revoke', {
          params: { path: { asset: agent.asset_id } },
          body: { reason: reason.trim() },
        }),
      ),
    onSuccess: async () => {
      onClose();
      await queries.invalidateQueries({ queryKey: ['agents'] });
    },
  });
  return (
    <Dialog
      title={words.revokeTitle(agent.asset)}
      text={words.revokeText}
      submit={words.revoke}
      danger
      ready={reason.trim() !== ''}
      busy={revoke.isPending}
      error={revoke.error}
      onSubmit={() => revoke.mutate()}
      onClose={onClose}
    >
      <Field id="reason" label={words.reason} value={reason} onChange={setReason} />
    </Dialog>
  );
}

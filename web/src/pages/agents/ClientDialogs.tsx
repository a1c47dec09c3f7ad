// What a person says of a device with a client of its own: which asset it is, or that it is nobody of ours.

import { ClipboardCopy } from '@patternfly/react-core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, data } from '../../api/client';
import type { Controller } from '../../api/types';
import { messages } from '../../messages';
import { Dialog } from '../../parts/Dialog';
import { Field } from './AgentDialogs';

const words = messages.clients;

export function AcceptDialog({ one, onClose }: { one: Controller; onClose: () => void }) {
  const queries = useQueryClient();
  const [asset, setAsset] = useState(one.asset);
  const [reason, setReason] = useState('');
  const accept = useMutation({
    mutationFn: () =>
      data(
        api.POST('/api/v1/controllers/{name}/accept', {
          params: { path: { name: one.name } },
          body: { asset: asset.trim(), reason: reason.trim() },
        }),
      ),
  });
  const close = () => {
    onClose();
    void queries.invalidateQueries({ queryKey: ['controllers'] });
  };
  if (accept.data) {
    return (
      <Dialog title={words.accepted(one.name)} text={words.once} onClose={close} wide>
        <ClipboardCopy
          isReadOnly
          hoverTip={messages.actions.copy}
          clickTip={messages.actions.copied}
          textAriaLabel={words.token}
        >
          {accept.data.token}
        </ClipboardCopy>
      </Dialog>
    );
  }
  return (
    <Dialog
      title={words.acceptTitle(one.name)}
      text={words.acceptText}
      submit={words.accept}
      ready={asset.trim() !== ''}
      busy={accept.isPending}
      error={accept.error}
      onSubmit={() => accept.mutate()}
      onClose={onClose}
    >
      <Field
        id="client-asset"
        label={messages.agents.columns.asset}
        hint={messages.agents.assetHint}
        value={asset}
        onChange={setAsset}
      />
      <Field id="client-reason" label={messages.agents.reason} value={reason} onChange={setReason} />
    </Dialog>
  );
}

export function RefuseDialog({ one, onClose }: { one: Controller; onClose: () => void }) {
  const queries = useQueryClient();
  const [reason, setReason] = useState('');
  const refuse = useMutation({
    mutationFn: () =>
      data(
        api.POST('/api/v1/controllers/{name}/refuse', {
          params: { path: { name: one.name } },
          body: { reason: reason.trim() },
        }),
      ),
    onSuccess: async () => {
      onClose();
      await queries.invalidateQueries({ queryKey: ['controllers'] });
    },
  });
  return (
    <Dialog
      title={words.refuseTitle(one.name)}
      text={words.refuseText}
      submit={words.refuse}
      danger
      ready={reason.trim() !== ''}
      busy={refuse.isPending}
      error={refuse.error}
      onSubmit={() => refuse.mutate()}
      onClose={onClose}
    >
      <Field id="client-reason" label={messages.agents.reason} value={reason} onChange={setReason} />
    </Dialog>
  );
}

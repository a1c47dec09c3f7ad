// A new token. Its secret is shown once.

import { ClipboardCopy, FormGroup, FormHelperText, TextInput } from '@patternfly/react-core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, data } from '../../api/client';
import { useSession } from '../../api/session';
import { messages } from '../../messages';
import { Dialog } from '../../parts/Dialog';
import { type ChosenGrant, GrantFields } from '../../parts/GrantFields';

const words = messages.tokens;

export function MakeTokenDialog({ onClose }: { onClose: () => void }) {
  const queries = useQueryClient();
  const own = useSession().data?.grants ?? [];
  const [name, setName] = useState('');
  const [days, setDays] = useState('90');
  // A token begins with the first of its owner's own roles, which it may not exceed.
  const [grants, setGrants] = useState<ChosenGrant[]>(() =>
    own.slice(0, 1).map((grant) => ({ role: grant.role, site: grant.site ?? null })),
  );
  const make = useMutation({
    mutationFn: () =>
      data(
        api.POST('/api/v1/tokens', { body: { name: name.trim(), expires_in_days: Number(days), grants } }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['tokens'] }),
  });
  const made = make.data;
  if (made) {
    return (
      <Dialog title={words.made} text={words.madeText} onClose={onClose}>
        <ClipboardCopy isReadOnly hoverTip={messages.actions.copy} clickTip={messages.actions.copied}>
          {made.secret}
        </ClipboardCopy>
      </Dialog>
    );
  }
  return (
    <Dialog
      title={words.addTitle}
      submit={words.add}
      ready={name.trim() !== '' && Number(days) >= 1 && Number(days) <= 365}
      busy={make.isPending}
      error={make.error}
      onSubmit={() => make.mutate()}
      onClose={onClose}
    >
      <FormGroup label={words.columns.name} fieldId="name" isRequired>
        <TextInput
          id="name"
          isRequired
          maxLength={100}
          value={name}
          onChange={(_, value) => setName(value)}
        />
        <FormHelperText>{words.nameHint}</FormHelperText>
      </FormGroup>
      <FormGroup label={words.days} fieldId="days" isRequired>
        <TextInput
          id="days"
          type="number"
          min={1}
          max={365}
          value={days}
          onChange={(_, value) => setDays(value)}
        />
      </FormGroup>
      <GrantFields grants={grants} onChange={setGrants} />
    </Dialog>
  );
}

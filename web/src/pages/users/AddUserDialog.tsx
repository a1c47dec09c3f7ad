// A new account.

import { FormGroup, FormHelperText, TextInput } from '@patternfly/react-core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, data } from '../../api/client';
import { messages } from '../../messages';
import { Dialog } from '../../parts/Dialog';
import { type ChosenGrant, GrantFields } from '../../parts/GrantFields';

const words = messages.users;

export function AddUserDialog({ onClose }: { onClose: () => void }) {
  const queries = useQueryClient();
  const [fields, setFields] = useState({ name: '', display_name: '', password: '' });
  const [grants, setGrants] = useState<ChosenGrant[]>([{ role: 'viewer', site: null }]);
  const set = (name: keyof typeof fields) => (_: unknown, value: string) =>
    setFields((old) => ({ ...old, [name]: value }));
  const add = useMutation({
    mutationFn: () => data(api.POST('/api/v1/users', { body: { ...fields, grants } })),
    onSuccess: async () => {
      await queries.invalidateQueries();
      onClose();
    },
  });
  return (
    <Dialog
      title={words.addTitle}
      submit={words.add}
      ready={fields.name.length >= 2 && fields.display_name !== '' && fields.password.length >= 12}
      busy={add.isPending}
      error={add.error}
      onSubmit={() => add.mutate()}
      onClose={onClose}
    >
      <FormGroup label={words.columns.name} fieldId="name" isRequired>
        <TextInput
          id="name"
          isRequired
          maxLength={64}
          autoComplete="off"
          value={fields.name}
          onChange={set('name')}
        />
      </FormGroup>
      <FormGroup label={words.columns.displayName} fieldId="display" isRequired>
        <TextInput
          id="display"
          isRequired
          maxLength={100}
          value={fields.display_name}
          onChange={set('display_name')}
        />
      </FormGroup>
      <FormGroup label={words.password} fieldId="password" isRequired>
        <TextInput
          id="password"
          type="password"
          autoComplete="new-password"
          isRequired
          value={fields.password}
          onChange={set('password')}
        />
        <FormHelperText>{words.passwordHint}</FormHelperText>
      </FormGroup>
      <GrantFields grants={grants} onChange={setGrants} />
    </Dialog>
  );
}

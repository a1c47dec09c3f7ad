// One account: its roles, its lock, its password.

import { Button, Form, FormGroup, FormHelperText, TextInput } from '@patternfly/react-core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, data } from '../../api/client';
import { useMay } from '../../api/session';
import type { User } from '../../api/types';
import { messages } from '../../messages';
import { Drawer } from '../../parts/Drawer';
import { Facts, Section } from '../../parts/Facts';
import { type ChosenGrant, GrantFields, GrantList } from '../../parts/GrantFields';
import { When } from '../../parts/MarkText';
import { ProblemNote } from '../../parts/ProblemNote';

const words = messages.users;

export function UserDrawer({ user, onClose }: { user: User; onClose: () => void }) {
  const queries = useQueryClient();
  const mayChange = useMay('write-people');
  const path = { id: user.id };
  const [grants, setGrants] = useState<ChosenGrant[]>(() =>
    user.grants.map((grant) => ({ role: grant.role, site: grant.site ?? null })),
  );
  const saveGrants = useMutation({
    mutationFn: () => data(api.PUT('/api/v1/users/{id}/grants', { params: { path }, body: { grants } })),
    onSuccess: () => queries.invalidateQueries(),
  });
  const lock = useMutation({
    mutationFn: () =>
      data(api.PATCH('/api/v1/users/{id}', { params: { path }, body: { disabled: !user.disabled_at } })),
    onSuccess: () => queries.invalidateQueries(),
  });
  return (
    <Drawer title={user.name} kicker={user.display_name} onClose={onClose}>
      <Facts
        rows={[
          [words.columns.state, user.disabled_at ? words.disabled : words.active],
          [words.columns.created, <When key="c" at={user.created_at} />],
          [words.roles, <GrantList key="r" grants={user.grants} />],
        ]}
      />
      {mayChange && (
        <>
          <Form
            onSubmit={(event) => {
              event.preventDefault();
              saveGrants.mutate();
            }}
          >
            <GrantFields grants={grants} onChange={setGrants} />
            {saveGrants.error && <ProblemNote error={saveGrants.error} wrote />}
            <div className="hp-buttons">
              <Button type="submit" size="sm" isLoading={saveGrants.isPending}>
                {messages.actions.save}
              </Button>
            </div>
          </Form>
          <Section title={words.columns.state}>
            <Button size="sm" variant="secondary" isLoading={lock.isPending} onClick={() => lock.mutate()}>
              {user.disabled_at ? words.enable : words.disable}
            </Button>
            {lock.error && <ProblemNote error={lock.error} wrote />}
          </Section>
          <PasswordForm user={user} />
        </>
      )}
    </Drawer>
  );
}

function PasswordForm({ user }: { user: User }) {
  const [password, setPassword] = useState('');
  const save = useMutation({
    mutationFn: () =>
      data(
        api.POST('/api/v1/users/{id}/password', { params: { path: { id: user.id } }, body: { password } }),
      ),
    onSuccess: () => setPassword(''),
  });
  return (
    <Section title={words.resetPassword}>
      <Form
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <FormGroup label={words.password} fieldId="new-password">
          <TextInput
            id="new-password"
            type="password"
            autoComplete="new-password"
            value={password}
            onChange={(_, value) => setPassword(value)}
          />
          <FormHelperText>{words.passwordHint}</FormHelperText>
        </FormGroup>
        {save.error && <ProblemNote error={save.error} wrote />}
        {save.isSuccess && <p role="status">{words.passwordSet}</p>}
        <div className="hp-buttons">
          <Button
            type="submit"
            size="sm"
            variant="secondary"
            isDisabled={password.length < 12}
            isLoading={save.isPending}
          >
            {words.resetPassword}
          </Button>
        </div>
      </Form>
    </Section>
  );
}

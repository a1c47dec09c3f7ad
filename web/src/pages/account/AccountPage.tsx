// One's own account: roles, password, sessions.

import { Button, Form, FormGroup, FormHelperText, TextInput } from '@patternfly/react-core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, data } from '../../api/client';
import { useSession } from '../../api/session';
import { messages } from '../../messages';
import { Section } from '../../parts/Facts';
import { GrantList } from '../../parts/GrantFields';
import { When } from '../../parts/MarkText';
import { Page } from '../../parts/Page';
import { ProblemNote } from '../../parts/ProblemNote';

const words = messages.account;

export function AccountPage() {
  const session = useSession().data;
  return (
    <Page title={words.title} kicker={session && `${session.user.display_name} · ${session.user.name}`}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <section className="hp-text" tabIndex={0} aria-label={words.title}>
        <Section top title={words.roles}>
          <p>{session && <GrantList grants={session.grants} />}</p>
        </Section>
        {session && <PasswordForm id={session.user.id} />}
        <Sessions />
      </section>
    </Page>
  );
}

function PasswordForm({ id }: { id: string }) {
  const [current, setCurrent] = useState('');
  const [password, setPassword] = useState('');
  const save = useMutation({
    mutationFn: () =>
      data(
        api.POST('/api/v1/users/{id}/password', {
          params: { path: { id } },
          body: { current_password: current, password },
        }),
      ),
    onSuccess: () => {
      setCurrent('');
      setPassword('');
    },
  });
  return (
    <Section top title={words.password}>
      <Form
        className="hp-narrow-form"
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <FormGroup label={words.current} fieldId="current">
          <TextInput
            id="current"
            type="password"
            autoComplete="current-password"
            value={current}
            onChange={(_, value) => setCurrent(value)}
          />
        </FormGroup>
        <FormGroup label={words.new} fieldId="new">
          <TextInput
            id="new"
            type="password"
            autoComplete="new-password"
            value={password}
            onChange={(_, value) => setPassword(value)}
          />
          <FormHelperText>{messages.setup.passwordHint}</FormHelperText>
        </FormGroup>
        {save.error && <ProblemNote error={save.error} wrote />}
        {save.isSuccess && <p role="status">{words.changed}</p>}
        <div className="hp-buttons">
          <Button
            type="submit"
            isDisabled={password.length < 12 || current === ''}
            isLoading={save.isPending}
          >
            {words.password}
          </Button>
        </div>
      </Form>
    </Section>
  );
}

function Sessions() {
  const queries = useQueryClient();
  const sessions = useQuery({ queryKey: ['sessions'], queryFn: () => data(api.GET('/api/v1/sessions')) });
  const end = useMutation({
    mutationFn: (id: string) => data(api.DELETE('/api/v1/sessions/{id}', { params: { path: { id } } })),
    onSuccess: () => queries.invalidateQueries(),
  });
  return (
    <Section top title={words.sessions}>
      {sessions.error && <ProblemNote error={sessions.error} />}
      {end.error && <ProblemNote error={end.error} wrote />}
      <table className="hp-table hp-table-auto">
        <caption className="hp-hidden">{words.sessions}</caption>
        <thead>
          <tr>
            {Object.entries(words.columns).map(([key, title]) => (
              <th key={key} scope="col">
                {title}
              </th>
            ))}
            <th scope="col">
              <span className="hp-hidden">{words.end}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {sessions.data?.items.map((one) => (
            <tr key={one.id}>
              <th scope="row">{one.user_agent}</th>
              <td>
                <When at={one.created_at} />
              </td>
              <td>
                <When at={one.last_seen_at} />
              </td>
              <td>
                <When at={one.expires_at} />
              </td>
              <td>
                {one.current ? (
                  words.thisOne
                ) : (
                  <button type="button" className="hp-link" onClick={() => end.mutate(one.id)}>
                    {words.end}
                  </button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}

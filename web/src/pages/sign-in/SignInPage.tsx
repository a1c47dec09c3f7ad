// Signing in. When nobody has an account yet, the page for the first one takes its place.

import { Button, Form, FormGroup, TextInput } from '@patternfly/react-core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Navigate, useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { api, data } from '../../api/client';
import { SESSION_KEY } from '../../api/session';
import { messages } from '../../messages';
import { ProblemNote } from '../../parts/ProblemNote';
import { safeNext } from '../../url';
import { useView } from '../../view';
import { Alone } from './Alone';

export function SignInPage() {
  const [view] = useView();
  const router = useRouter();
  const queries = useQueryClient();
  const setup = useQuery({ queryKey: ['setup'], queryFn: () => data(api.GET('/api/v1/setup')) });
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const signIn = useMutation({
    mutationFn: () => data(api.POST('/api/v1/session', { body: { name: name.trim(), password } })),
    onSuccess: async (session) => {
      queries.clear();
      queries.setQueryData(SESSION_KEY, session);
      router.history.push(safeNext(view.next));
    },
  });
  if (setup.data?.needed) {
    return <Navigate to="/setup" replace />;
  }
  return (
    <Alone title={messages.signIn.title}>
      <Form
        onSubmit={(event) => {
          event.preventDefault();
          signIn.mutate();
        }}
      >
        <FormGroup label={messages.signIn.name} fieldId="name" isRequired>
          <TextInput
            id="name"
            name="username"
            autoComplete="username"
            autoFocus
            isRequired
            value={name}
            onChange={(_, value) => setName(value)}
          />
        </FormGroup>
        <FormGroup label={messages.signIn.password} fieldId="password" isRequired>
          <TextInput
            id="password"
            name="password"
            type="password"
            autoComplete="current-password"
            isRequired
            value={password}
            onChange={(_, value) => setPassword(value)}
          />
        </FormGroup>
        {signIn.error && <ProblemNote error={signIn.error} />}
        {setup.error && <ProblemNote error={setup.error} onRetry={() => void setup.refetch()} />}
        <Button type="submit" isLoading={signIn.isPending} isDisabled={signIn.isPending}>
          {messages.signIn.submit}
        </Button>
        <p className="hp-small hp-muted">{messages.signIn.hint}</p>
      </Form>
    </Alone>
  );
}

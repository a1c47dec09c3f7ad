// The first start: the first administrator is made with the secret that the program printed.

import { Button, Form, FormGroup, FormHelperText, TextInput } from '@patternfly/react-core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, data } from '../../api/client';
import { SESSION_KEY } from '../../api/session';
import { messages } from '../../messages';
import { ProblemNote } from '../../parts/ProblemNote';
import { Alone } from './Alone';

const words = messages.setup;

export function SetupPage() {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [fields, setFields] = useState({ secret: '', name: '', display_name: '', password: '' });
  const make = useMutation({
    mutationFn: () => data(api.POST('/api/v1/setup', { body: fields })),
    onSuccess: async (session) => {
      queries.clear();
      queries.setQueryData(SESSION_KEY, session);
      await navigate({ to: '/assets/import' });
    },
  });
  const set = (name: keyof typeof fields) => (_: unknown, value: string) =>
    setFields((old) => ({ ...old, [name]: value }));
  return (
    <Alone title={words.title}>
      <p>{words.intro}</p>
      <Form
        onSubmit={(event) => {
          event.preventDefault();
          make.mutate();
        }}
      >
        <FormGroup label={words.secret} fieldId="secret" isRequired>
          <TextInput
            id="secret"
            autoComplete="off"
            isRequired
            value={fields.secret}
            onChange={set('secret')}
          />
          <FormHelperText>{words.secretHint}</FormHelperText>
        </FormGroup>
        <FormGroup label={words.name} fieldId="name" isRequired>
          <TextInput
            id="name"
            autoComplete="username"
            isRequired
            value={fields.name}
            onChange={set('name')}
          />
        </FormGroup>
        <FormGroup label={words.displayName} fieldId="display" isRequired>
          <TextInput
            id="display"
            autoComplete="name"
            isRequired
            value={fields.display_name}
            onChange={set('display_name')}
          />
        </FormGroup>
        <FormGroup label={words.password} fieldId="password" isRequired>
          <TextInput
            id="password"
            type="password"
            autoComplete="new-password"
            minLength={12}
            isRequired
            value={fields.password}
            onChange={set('password')}
          />
          <FormHelperText>{words.passwordHint}</FormHelperText>
        </FormGroup>
        {make.error && <ProblemNote error={make.error} wrote />}
        <Button type="submit" isLoading={make.isPending} isDisabled={make.isPending}>
          {words.submit}
        </Button>
      </Form>
    </Alone>
  );
}

// A deed that needs nothing but a reason: what it is about, why, and everything anew once it is done.

import { FormGroup, TextInput } from '@patternfly/react-core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { messages } from '../messages';
import { Dialog } from './Dialog';

/** A reason that says something has so many letters at least. */
const LEAST = 3;

export function ReasonDialog({
  title,
  text,
  submit,
  send,
  onClose,
  children,
}: {
  title: string;
  text: string;
  submit: string;
  /** Does it; the reason has no white space around it. */
  send: (reason: string) => Promise<unknown>;
  onClose: () => void;
  /** What it is about. */
  children: ReactNode;
}) {
  const queries = useQueryClient();
  const [reason, setReason] = useState('');
  const sending = useMutation({
    mutationFn: () => send(reason.trim()),
    onSuccess: async () => {
      onClose();
      await queries.invalidateQueries();
    },
  });
  return (
    <Dialog
      title={title}
      text={text}
      submit={submit}
      ready={reason.trim().length >= LEAST}
      busy={sending.isPending}
      error={sending.error}
      onSubmit={() => sending.mutate()}
      onClose={onClose}
    >
      <p>{children}</p>
      <FormGroup label={messages.actions.reason} fieldId="reason" isRequired>
        <TextInput
          id="reason"
          maxLength={2000}
          isRequired
          value={reason}
          onChange={(_, said) => setReason(said)}
        />
      </FormGroup>
    </Dialog>
  );
}

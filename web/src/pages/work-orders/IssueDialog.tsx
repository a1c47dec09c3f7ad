// Giving a step to a person: who does it and why; then its sheet.

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, data } from '../../api/client';
import { messages } from '../../messages';
import { Dialog } from '../../parts/Dialog';
import { workOrders as words } from '../../words/travel';
import { TextField } from '../plans/ProposeDialog';

export function IssueDialog({
  plan,
  step,
  title,
  onClose,
}: {
  plan: string;
  step: number;
  title: string;
  onClose: () => void;
}) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [technician, setTechnician] = useState('');
  const [reason, setReason] = useState('');
  const send = useMutation({
    mutationFn: () =>
      data(
        api.POST('/api/v1/work-orders', {
          body: { plan, step, technician: technician.trim(), reason: reason.trim() },
        }),
      ),
    onSuccess: async (made) => {
      onClose();
      await queries.invalidateQueries();
      await navigate({ to: '/work-orders/$id', params: { id: made.order.id } });
    },
  });
  return (
    <Dialog
      title={`${words.issue}: ${title}`}
      text={words.issueText}
      submit={words.issue}
      busy={send.isPending}
      error={send.error}
      onSubmit={() => send.mutate()}
      onClose={onClose}
    >
      <TextField
        id="technician"
        label={words.columns.technician}
        value={technician}
        onChange={setTechnician}
      />
      <TextField id="reason" label={messages.actions.reason} value={reason} onChange={setReason} />
    </Dialog>
  );
}

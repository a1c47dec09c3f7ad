// What is done to an advisory as a whole: mark it as read, match it again, delete it.

import { Button, FormGroup, TextInput } from '@patternfly/react-core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, data } from '../../api/client';
import { useMay } from '../../api/session';
import type { Advisory } from '../../api/types';
import { messages } from '../../messages';
import { Dialog } from '../../parts/Dialog';
import { MatchAgainDialog } from '../runs/MatchAgainDialog';

const words = messages.advisoryWork;

/** Marks advisories as read or unread for whoever asks. */
export function useMark() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (asked: { advisories: string[]; mark: 'read' | 'unread' }) =>
      data(api.POST('/api/v1/advisories:mark', { body: asked })),
    onSuccess: () => queries.invalidateQueries(),
  });
}

export function AdvisoryActions({ advisory }: { advisory: Advisory }) {
  const mark = useMark();
  const mayMatch = useMay('write-matches');
  const mayDelete = useMay('write-advisories');
  const [doing, setDoing] = useState<'again' | 'delete'>();
  const close = () => setDoing(undefined);
  return (
    <>
      <Button
        size="sm"
        variant="secondary"
        isLoading={mark.isPending}
        onClick={() => mark.mutate({ advisories: [advisory.id], mark: advisory.read ? 'unread' : 'read' })}
      >
        {advisory.read ? words.markUnread : words.markRead}
      </Button>
      {mayMatch && (
        <Button size="sm" variant="secondary" onClick={() => setDoing('again')}>
          {words.again}
        </Button>
      )}
      {mayDelete && (
        <Button size="sm" variant="secondary" onClick={() => setDoing('delete')}>
          {words.delete}
        </Button>
      )}
      {doing === 'again' && <MatchAgainDialog advisory={advisory.id} onClose={close} />}
      {doing === 'delete' && <DeleteDialog advisory={advisory} onClose={close} />}
    </>
  );
}

function DeleteDialog({ advisory, onClose }: { advisory: Advisory; onClose: () => void }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [reason, setReason] = useState('');
  const remove = useMutation({
    mutationFn: () =>
      data(
        api.DELETE('/api/v1/advisories/{id}', {
          params: { path: { id: advisory.id }, query: { reason: reason.trim() } },
        }),
      ),
    onSuccess: async () => {
      await navigate({ to: '/advisories', search: { tab: 'deleted' } });
      await queries.invalidateQueries();
    },
  });
  return (
    <Dialog
      title={words.deleteTitle}
      text={words.deleteText}
      submit={words.delete}
      danger
      ready={reason.trim().length >= 3}
      busy={remove.isPending}
      error={remove.error}
      onSubmit={() => remove.mutate()}
      onClose={onClose}
    >
      <p>
        {advisory.tracking_id}: {advisory.title}
      </p>
      <FormGroup label={messages.actions.reason} fieldId="reason" isRequired>
        <TextInput
          id="reason"
          maxLength={2000}
          isRequired
          value={reason}
          onChange={(_, value) => setReason(value)}
        />
      </FormGroup>
    </Dialog>
  );
}

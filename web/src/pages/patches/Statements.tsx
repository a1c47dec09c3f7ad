// What suppliers say of a patch, through whose hands each word came, and the deed by which another person confirms it.

import { FormGroup, TextInput } from '@patternfly/react-core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, data } from '../../api/client';
import { useMay } from '../../api/session';
import type { PatchDetail } from '../../api/types';
import { messages } from '../../messages';
import { Dialog } from '../../parts/Dialog';
import { Section } from '../../parts/Facts';
import { MarkText, When } from '../../parts/MarkText';
import { supplierStateMark } from '../../text/words';

const names = messages.qualification;

type Statement = PatchDetail['statements'][number];

export function Statements({ statements }: { statements: PatchDetail['statements'] }) {
  const takesIn = useMay('write-advisories');
  const approves = useMay('approve');
  const [confirming, setConfirming] = useState<Statement>();
  return (
    <Section title={names.statements}>
      {statements.length === 0 && <p className="hp-muted">{names.noStatements}</p>}
      <ul className="hp-list">
        {statements.map((one) => (
          <li key={one.id}>
            <MarkText mark={supplierStateMark(one.state)} /> {one.product}{' '}
            {one.version ?? names.versionNotSaid}
            {one.platform && ` (${one.platform})`}: “{one.word}”, {one.publisher},{' '}
            {!one.issued_at && `${names.undated} `}
            <When at={one.issued_at ?? one.received_at} dayOnly />
            {one.conditions && `; ${names.conditions}: ${one.conditions}`}
            {'; '}
            {names.hands(one.brought_by, one.confirmed_by)}
            {(takesIn || approves) && !one.confirmed_by && (
              <>
                {' '}
                <button
                  type="button"
                  className="hp-link"
                  aria-label={names.confirm.of(one.publisher, one.product)}
                  onClick={() => setConfirming(one)}
                >
                  {names.confirm.open}
                </button>
              </>
            )}
          </li>
        ))}
      </ul>
      {confirming && <ConfirmDialog one={confirming} onClose={() => setConfirming(undefined)} />}
    </Section>
  );
}

function ConfirmDialog({ one, onClose }: { one: Statement; onClose: () => void }) {
  const queries = useQueryClient();
  const [reason, setReason] = useState('');
  const send = useMutation({
    mutationFn: () =>
      data(
        api.POST('/api/v1/statements/{id}/confirm', {
          params: { path: { id: one.id ?? '' } },
          body: { reason: reason.trim() },
        }),
      ),
    onSuccess: async () => {
      onClose();
      await queries.invalidateQueries();
    },
  });
  return (
    <Dialog
      title={names.confirm.of(one.publisher, one.product)}
      text={one.source.kind === 'document' ? names.confirm.file(one.source.name ?? '') : names.confirm.text}
      submit={names.confirm.submit}
      ready={reason.trim().length >= 3}
      busy={send.isPending}
      error={send.error}
      onSubmit={() => send.mutate()}
      onClose={onClose}
    >
      <FormGroup label={names.confirm.seen} fieldId="confirm-seen" isRequired>
        <TextInput
          id="confirm-seen"
          maxLength={500}
          isRequired
          value={reason}
          onChange={(_, said) => setReason(said)}
        />
      </FormGroup>
    </Dialog>
  );
}

// Signing many decisions of low risk at once, and what came of each.

import { Checkbox, FormGroup, TextInput } from '@patternfly/react-core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, data } from '../../api/client';
import type { Decision } from '../../api/types';
import { messages } from '../../messages';
import { Dialog } from '../../parts/Dialog';
import { RowOutcomes } from '../../parts/RowOutcomes';
import { subject, where } from './subject';

const words = messages.approvals;

export function BulkDialog({ rows, onClose }: { rows: readonly Decision[]; onClose: () => void }) {
  const queries = useQueryClient();
  // What was there when the dialog opened: nothing joins under the pointer.
  const [all] = useState(rows);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(() => new Set(rows.map((row) => row.id)));
  const [note, setNote] = useState('');
  const picked = all.filter((row) => chosen.has(row.id));
  const sign = useMutation({
    mutationFn: () =>
      data(
        api.POST('/api/v1/decisions:sign', {
          body: { decisions: picked.map((row) => ({ id: row.id, shown: row.card })), note: note.trim() },
        }),
      ),
    onSuccess: () => queries.invalidateQueries(),
  });
  const toggle = (id: string) => {
    const next = new Set(chosen);
    if (!next.delete(id)) {
      next.add(id);
    }
    setChosen(next);
  };
  const name = (id: string) => {
    const row = all.find((one) => one.id === id);
    return row ? `${subject(row)}, ${where(row)}` : id;
  };
  if (sign.data) {
    return (
      <Dialog title={words.rows} wide onClose={onClose}>
        <RowOutcomes rows={sign.data.items} name={name} said={(state) => words.signedNow[state] ?? state} />
      </Dialog>
    );
  }
  return (
    <Dialog
      title={words.bulkTitle(picked.length)}
      text={words.bulkText}
      submit={words.bulkTitle(picked.length)}
      wide
      ready={picked.length > 0}
      busy={sign.isPending}
      error={sign.error}
      onSubmit={() => sign.mutate()}
      onClose={onClose}
    >
      {all.map((row) => (
        <Checkbox
          key={row.id}
          id={`bulk-${row.id}`}
          isChecked={chosen.has(row.id)}
          onChange={() => toggle(row.id)}
          label={`${subject(row)}, ${where(row)}`}
          description={row.reason}
        />
      ))}
      <FormGroup label={words.note} fieldId="note">
        <TextInput id="note" maxLength={2000} value={note} onChange={(_, value) => setNote(value)} />
      </FormGroup>
    </Dialog>
  );
}

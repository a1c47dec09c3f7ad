// Saying how many members a redundancy group can lose. More than before needs a reason.

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, data } from '../../../api/client';
import type { RedundancyGroup } from '../../../api/types';
import { messages } from '../../../messages';
import { Dialog } from '../../../parts/Dialog';
import { NumberField } from '../../../parts/NumberField';
import { typed } from '../../../text/lengths';
import { ground as words } from '../../../words/planning';
import { TextField } from '../ProposeDialog';

const names = words.groups;

export function GroupDialog({ group, onClose }: { group: RedundancyGroup; onClose: () => void }) {
  const queries = useQueryClient();
  const before = group.may_lose;
  const [lose, setLose] = useState(typeof before === 'number' ? String(before) : '');
  const [note, setNote] = useState(group.note ?? '');
  const [reason, setReason] = useState('');
  const asked = typed(lose);
  const isMore = asked !== undefined && typeof before === 'number' && asked > before;
  const say = useMutation({
    mutationFn: (may_lose: number) =>
      data(
        api.PUT('/api/v1/redundancy-groups', {
          body: {
            site: group.site_id,
            name: group.name,
            may_lose,
            note: note.trim(),
            reason: reason.trim(),
          },
        }),
      ),
    onSuccess: async () => {
      onClose();
      await queries.invalidateQueries();
    },
  });
  return (
    <Dialog
      title={`${group.name}, ${group.site}`}
      text={names.text}
      submit={messages.actions.save}
      ready={asked !== undefined && (!isMore || reason.trim() !== '')}
      busy={say.isPending}
      error={say.error}
      onSubmit={() => asked !== undefined && say.mutate(asked)}
      onClose={onClose}
    >
      <NumberField
        id="may-lose"
        label={names.lose}
        help={names.loseHelp(group.members.length)}
        required
        value={lose}
        onChange={setLose}
      />
      <TextField id="note" label={names.written} value={note} onChange={setNote} />
      <TextField
        id="reason"
        label={messages.actions.reason}
        required={isMore}
        value={reason}
        onChange={setReason}
      />
    </Dialog>
  );
}

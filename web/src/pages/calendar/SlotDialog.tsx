// The earliest place for a piece of work on an asset, or every reason why there is none.

import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, data } from '../../api/client';
import { messages } from '../../messages';
import { Dialog } from '../../parts/Dialog';
import { When } from '../../parts/MarkText';
import { TextField } from '../plans/ProposeDialog';

const words = messages.calendar;

export function SlotDialog({ onClose }: { onClose: () => void }) {
  const [asset, setAsset] = useState('');
  const [work, setWork] = useState('60');
  const [undo, setUndo] = useState('45');
  const find = useMutation({
    mutationFn: () =>
      data(
        api.GET('/api/v1/windows:find-slot', {
          params: { query: { asset: asset.trim(), work_minutes: Number(work), undo_minutes: Number(undo) } },
        }),
      ),
  });
  const found = find.data;
  return (
    <Dialog
      title={words.slot}
      text={words.slotText}
      submit={words.slotFind}
      ready={asset.trim() !== '' && Number(work) > 0}
      busy={find.isPending}
      error={find.error}
      onSubmit={() => find.mutate()}
      onClose={onClose}
    >
      <TextField id="slot-asset" label={words.slotAsset} required value={asset} onChange={setAsset} />
      <TextField id="slot-work" label={words.slotWork} required value={work} onChange={setWork} />
      <TextField id="slot-undo" label={words.slotUndo} required value={undo} onChange={setUndo} />
      {found?.window_id && found.start && (
        <p role="status">
          {words.slotFound}:{' '}
          <Link to="/windows/$id" params={{ id: found.window_id }}>
            {found.window}
          </Link>
          , <When at={found.start} />, {words.columns.last} <When at={found.last_safe_start} />
        </p>
      )}
      {found && !found.window_id && (
        <div role="status">
          <p>{words.slotNone}</p>
          <ul className="hp-list">
            {found.reasons.map((reason) => (
              <li key={reason}>{reason}</li>
            ))}
          </ul>
        </div>
      )}
    </Dialog>
  );
}

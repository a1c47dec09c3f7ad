// Taking the results of a stick that came back: the file, then what became of each result.

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { upload } from '../../api/client';
import type { Stick } from '../../api/types';
import { Dialog } from '../../parts/Dialog';
import { FileField } from '../../parts/FileField';
import { workOrders as words } from '../../words/travel';

const names = words.stick;

export function StickDialog({ onClose }: { onClose: () => void }) {
  const queries = useQueryClient();
  const [file, setFile] = useState<File>();
  const take = useMutation({
    mutationFn: (chosen: File) => upload<Stick>('/api/v1/work-orders:import', {}, chosen),
    onSuccess: () => queries.invalidateQueries(),
  });
  return (
    <Dialog
      title={names.take}
      text={names.takeText}
      {...(take.data ? {} : { submit: names.take })}
      ready={file !== undefined}
      busy={take.isPending}
      error={take.error}
      wide
      onSubmit={() => file && take.mutate(file)}
      onClose={onClose}
    >
      {take.data ? (
        <Outcome stick={take.data} />
      ) : (
        <FileField label={names.file} hint={names.fileHint} accept=".zip" file={file} onFile={setFile} />
      )}
    </Dialog>
  );
}

function Outcome({ stick }: { stick: Stick }) {
  return (
    <div role="status">
      <p>{names.of(stick.site, stick.results.length)}</p>
      <ul className="hp-list">
        {stick.results.map((one) => (
          <li key={one.file}>
            <strong>{names.outcomes[one.outcome] ?? one.outcome}</strong> {one.file}: {one.words}
          </li>
        ))}
        {stick.strange.map((name) => (
          <li key={name}>
            <strong>{names.strange}</strong> {name}
          </li>
        ))}
      </ul>
    </div>
  );
}

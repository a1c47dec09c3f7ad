// Choosing a file, or dropping it.

import { useId, useState } from 'react';
import { size } from './fileSize';

export function FileField({
  label,
  hint,
  accept,
  file,
  onFile,
}: {
  label: string;
  hint: string;
  accept: string;
  file: File | undefined;
  onFile: (file: File | undefined) => void;
}) {
  const id = useId();
  const [over, setOver] = useState(false);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is an extra; the field inside does the same
    <div
      className={over ? 'hp-drop hp-drop-over' : 'hp-drop'}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        onFile(event.dataTransfer.files[0]);
      }}
    >
      <label htmlFor={id}>{label}</label>
      <input id={id} type="file" accept={accept} onChange={(event) => onFile(event.target.files?.[0])} />
      <span className="hp-muted">{file ? `${file.name} · ${size(file.size)}` : hint}</span>
    </div>
  );
}

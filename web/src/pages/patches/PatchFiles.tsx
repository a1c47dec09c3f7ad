// The files of a patch that somebody put in: hash, origin, and what a scan found.

import { Button } from '@patternfly/react-core';
import { lazyRouteComponent } from '@tanstack/react-router';
import { Suspense, useState } from 'react';
import { useMay } from '../../api/session';
import type { KeptPatchFile } from '../../api/types';
import { messages } from '../../messages';
import { Section } from '../../parts/Facts';
import { size } from '../../parts/fileSize';
import { When } from '../../parts/MarkText';
import { patchFiles as words } from '../../words/patches';

const names = messages.qualification;
const AddFileDialog = lazyRouteComponent(() => import('./AddFileDialog'), 'AddFileDialog');

export function PatchFiles({ patch, files }: { patch: string; files: readonly KeptPatchFile[] }) {
  const [isAdding, setAdding] = useState(false);
  const mayAdd = useMay('write-advisories');
  return (
    <Section title={names.files}>
      {files.length === 0 && <p className="hp-muted">{names.noFiles}</p>}
      <ul className="hp-list">
        {files.map((file) => (
          <li key={file.number}>
            {file.name}, {size(file.size_bytes)}, {names.scan[file.scan] ?? file.scan}
            {file.scanner && ` ${words.scannedBy(file.scanner)}`}
            {file.scanned_at && (
              <>
                {' '}
                <When at={file.scanned_at} />
              </>
            )}
            ; {file.note}
            <div className="hp-small hp-mono hp-break">{file.sha256}</div>
            <div className="hp-small hp-muted">
              {words.from(file.origin)}; {words.addedBy(file.added_by)} <When at={file.added_at} />
            </div>
            {mayAdd && (
              <a
                href={`/api/v1/patches/${encodeURIComponent(patch)}/files/${file.number}`}
                download={file.name}
                aria-label={words.downloadOf(file.name)}
              >
                {words.download}
              </a>
            )}
          </li>
        ))}
      </ul>
      {mayAdd && (
        <p className="hp-drawer-actions">
          <Button size="sm" variant="secondary" onClick={() => setAdding(true)}>
            {messages.patches.deeds.file}
          </Button>
        </p>
      )}
      {isAdding && (
        <Suspense>
          <AddFileDialog patch={patch} onClose={() => setAdding(false)} />
        </Suspense>
      )}
    </Section>
  );
}

// Putting a file of a patch into the store, with its origin and what a scan for malware found.

import { FormGroup, FormSelect, FormSelectOption } from '@patternfly/react-core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { upload } from '../../api/client';
import type { KeptPatchFile } from '../../api/types';
import { messages } from '../../messages';
import { Dialog } from '../../parts/Dialog';
import { Facts } from '../../parts/Facts';
import { FileField } from '../../parts/FileField';
import { patchFile as words } from '../../words/patchSources';
import { TextField } from '../plans/ProposeDialog';

export function AddFileDialog({ patch, onClose }: { patch: string; onClose: () => void }) {
  const queries = useQueryClient();
  const [file, setFile] = useState<File>();
  const [form, setForm] = useState({ origin: '', sha256: '', scan: '', scanner: '', at: '', reason: '' });
  const set = (name: keyof typeof form) => (value: string) => setForm({ ...form, [name]: value });
  const wasScanned = form.scan !== '' && form.scan !== 'not-scanned';
  const add = useMutation({
    mutationFn: (chosen: File) =>
      upload<KeptPatchFile>(
        `/api/v1/patches/${encodeURIComponent(patch)}/files`,
        {
          name: chosen.name,
          origin: form.origin.trim(),
          sha256: form.sha256.trim(),
          scan: form.scan,
          scanner: wasScanned ? form.scanner.trim() : undefined,
          scanned_at: wasScanned && form.at !== '' ? `${form.at}:00Z` : undefined,
          reason: form.reason.trim(),
        },
        chosen,
      ),
    onSuccess: () => queries.invalidateQueries(),
  });
  const isClean = form.scan !== 'clean' || (form.scanner.trim() !== '' && form.at !== '');
  return (
    <Dialog
      title={words.title(patch)}
      text={words.text}
      submit={add.data ? undefined : words.submit}
      ready={file !== undefined && form.origin.trim() !== '' && form.scan !== '' && isClean}
      busy={add.isPending}
      error={add.error}
      onSubmit={() => file && add.mutate(file)}
      onClose={onClose}
    >
      {add.data ? (
        <div role="status">
          <p>{words.done(add.data.name)}</p>
          <Facts
            rows={[
              [
                words.hash,
                <span key="h" className="hp-mono hp-break">
                  {add.data.sha256}
                </span>,
              ],
              [words.note, add.data.note],
            ]}
          />
        </div>
      ) : (
        <>
          <FileField label={words.file} hint={words.hint} accept="" file={file} onFile={setFile} />
          <TextField
            id="file-origin"
            label={words.origin}
            help={words.originHelp}
            required
            value={form.origin}
            onChange={set('origin')}
          />
          <TextField
            id="file-sha256"
            label={words.sha256}
            help={words.sha256Help}
            value={form.sha256}
            onChange={set('sha256')}
          />
          <FormGroup label={words.scan} fieldId="file-scan" isRequired>
            <FormSelect id="file-scan" value={form.scan} onChange={(_, scan) => set('scan')(scan)}>
              <FormSelectOption value="" label={words.choose} isDisabled />
              {Object.entries(words.scans).map(([value, label]) => (
                <FormSelectOption key={value} value={value} label={label} />
              ))}
            </FormSelect>
          </FormGroup>
          {wasScanned && (
            <>
              <TextField
                id="file-scanner"
                label={words.scanner}
                required={form.scan === 'clean'}
                value={form.scanner}
                onChange={set('scanner')}
              />
              <FormGroup label={words.scannedAt} fieldId="file-at" isRequired={form.scan === 'clean'}>
                <input
                  id="file-at"
                  type="datetime-local"
                  className="pf-v6-c-form-control hp-datetime"
                  value={form.at}
                  onChange={(event) => set('at')(event.target.value)}
                />
              </FormGroup>
            </>
          )}
          <TextField
            id="reason"
            label={messages.actions.reason}
            value={form.reason}
            onChange={set('reason')}
          />
        </>
      )}
    </Dialog>
  );
}

// A look at a control: whether it works, what was seen, and a file that shows it.

import { FormGroup, Radio, TextArea } from '@patternfly/react-core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, data, upload } from '../../api/client';
import { messages } from '../../messages';
import { Dialog } from '../../parts/Dialog';
import { FileField } from '../../parts/FileField';

const words = messages.deferrals;

export function VerifyDialog({
  id,
  place,
  what,
  proof,
  onClose,
}: {
  id: string;
  place: number;
  what: string;
  /** What somebody must see to call it verified. */
  proof: string | undefined;
  onClose: () => void;
}) {
  const queries = useQueryClient();
  const [works, setWorks] = useState(true);
  const [evidence, setEvidence] = useState('');
  const [file, setFile] = useState<File>();
  const [kept, setKept] = useState(false);
  const send = useMutation({
    mutationFn: async () => {
      // The file first: when it is refused, nothing was said of the control yet.
      if (file && !kept) {
        await upload(`/api/v1/exemptions/${id}/controls/${place}/files`, { name: file.name }, file);
        setKept(true);
      }
      return data(
        api.POST('/api/v1/exemptions/{id}/controls', {
          params: { path: { id } },
          body: { control: place, works, evidence: evidence.trim() },
        }),
      );
    },
    onSuccess: async () => {
      onClose();
      await queries.invalidateQueries();
    },
  });
  return (
    <Dialog
      title={words.verifyTitle(what)}
      text={words.verifyText}
      submit={words.verify}
      ready={evidence.trim() !== ''}
      busy={send.isPending}
      error={send.error}
      onSubmit={() => send.mutate()}
      onClose={onClose}
    >
      {proof && (
        <p className="hp-muted">
          {words.drawer.proof} {proof}.
        </p>
      )}
      <Radio
        id="works-yes"
        name="works"
        label={words.works}
        isChecked={works}
        onChange={() => setWorks(true)}
      />
      <Radio
        id="works-no"
        name="works"
        label={words.fails}
        isChecked={!works}
        onChange={() => setWorks(false)}
      />
      <FormGroup label={words.seen} fieldId="seen" isRequired>
        <TextArea
          id="seen"
          rows={3}
          maxLength={2000}
          value={evidence}
          onChange={(_, value) => setEvidence(value)}
        />
      </FormGroup>
      <FileField
        label={words.file}
        hint={words.fileHint}
        accept=""
        file={file}
        onFile={(next) => {
          setFile(next);
          setKept(false);
        }}
      />
    </Dialog>
  );
}

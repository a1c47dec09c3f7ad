// Taking advisories in from a file, and what came of it.

import { FormGroup, TextInput } from '@patternfly/react-core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { upload } from '../../api/client';
import type { AdvisoryImport } from '../../api/types';
import { messages } from '../../messages';
import { Dialog } from '../../parts/Dialog';
import { Facts, Section } from '../../parts/Facts';
import { FileField } from '../../parts/FileField';
import { Sentence } from '../../parts/Sentence';
import { spoken } from '../../text/words';

const words = messages.advisories;

export function ImportDialog({ onClose }: { onClose: () => void }) {
  const queries = useQueryClient();
  const [file, setFile] = useState<File>();
  const [reason, setReason] = useState('');
  const run = useMutation({
    mutationFn: (chosen: File) =>
      upload<AdvisoryImport>('/api/v1/advisories:import', { name: chosen.name, reason }, chosen),
    onSuccess: () => queries.invalidateQueries(),
  });
  return (
    <Dialog
      title={words.importTitle}
      text={words.importText}
      submit={run.data ? undefined : words.importRun}
      ready={file !== undefined}
      busy={run.isPending}
      error={run.error}
      onSubmit={() => file && run.mutate(file)}
      onClose={onClose}
    >
      {run.data ? (
        <ImportReport report={run.data} />
      ) : (
        <>
          <FileField
            label={messages.actions.choose}
            hint={messages.wizard.drop}
            accept=".json,.zip"
            file={file}
            onFile={setFile}
          />
          <FormGroup label={messages.actions.reason} fieldId="reason">
            <TextInput id="reason" maxLength={500} value={reason} onChange={(_, value) => setReason(value)} />
          </FormGroup>
        </>
      )}
    </Dialog>
  );
}

function sentence(counts: Record<string, number>): string {
  return Object.entries(counts)
    .map(([name, value]) => `${spoken(name)} ${value}`)
    .join(' · ');
}

export function ImportReport({ report }: { report: AdvisoryImport }) {
  return (
    <div role="status">
      <Facts
        rows={[
          [words.documents, sentence(report.documents)],
          [words.expressions, sentence(report.expressions)],
          [words.matches, sentence(report.matches)],
        ]}
      />
      {report.changed.length > 0 && (
        <Section title={words.changed}>
          <ul>
            {report.changed.map((one) => (
              <li key={one.tracking_id}>
                {one.tracking_id} {one.tracking_version}
                {one.silent && <span className="hp-tone-due"> ▲ {words.silentNote}</span>}
              </li>
            ))}
          </ul>
        </Section>
      )}
      {report.problems.length > 0 && (
        <Section title={words.problems}>
          <ul>
            {report.problems.map((one) => (
              <li key={`${one.name} ${one.code}`}>
                <strong>{one.name}</strong>: <Sentence text={`${one.what}; ${one.meaning}; ${one.remedy}`} />
              </li>
            ))}
          </ul>
        </Section>
      )}
    </div>
  );
}

// The import of inventory: file, columns, preview, done. Every step shows what the program understood; nothing is
// written before the last click.

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { upload } from '../../api/client';
import type { AssetImport } from '../../api/types';
import { messages } from '../../messages';
import { Page } from '../../parts/Page';
import { ProblemNote } from '../../parts/ProblemNote';
import { ColumnsStep } from './ColumnsStep';
import { DoneStep } from './DoneStep';
import { FileStep } from './FileStep';
import { PreviewStep } from './PreviewStep';

const words = messages.wizard;

export interface Choice {
  readonly file: File | undefined;
  /** `auto`, `assets`, `software` or `cyclonedx`. */
  readonly kind: string;
  /** For a bill of materials: the tag of its asset. */
  readonly asset: string;
  /** Of a workbook; empty: the first sheet that holds something. */
  readonly sheet: string;
  /** As a spreadsheet program counts rows; empty: the first row that holds something. */
  readonly headerRow: string;
  /** Header of a column to target word, once a person has said something. */
  readonly columns: Record<string, string> | undefined;
  readonly remember: string;
  readonly mode: 'all_or_nothing' | 'valid_rows';
  readonly reason: string;
}

const START: Choice = {
  file: undefined,
  kind: 'auto',
  asset: '',
  sheet: '',
  headerRow: '',
  columns: undefined,
  remember: '',
  mode: 'all_or_nothing',
  reason: '',
};

type Step = 'file' | 'columns' | 'preview' | 'done';
const STEPS: readonly Step[] = ['file', 'columns', 'preview', 'done'];

function send(choice: Choice, run: 'dry' | 'apply'): Promise<AssetImport> {
  if (!choice.file) {
    return Promise.reject(new Error(words.drop));
  }
  const query = {
    name: choice.file.name,
    kind: choice.kind,
    asset: choice.asset,
    sheet: choice.sheet,
    header_row: choice.headerRow,
    dry_run: run === 'dry' ? 'true' : 'false',
    mode: choice.mode,
    columns: choice.columns && JSON.stringify(choice.columns),
    remember: run === 'apply' ? choice.remember : '',
    reason: run === 'apply' ? choice.reason : '',
  };
  return upload<AssetImport>('/api/v1/assets:import', query, choice.file);
}

export function ImportPage() {
  const queries = useQueryClient();
  const [step, setStep] = useState<Step>('file');
  const [choice, setChoice] = useState(START);
  const change = (patch: Partial<Choice>) => setChoice((old) => ({ ...old, ...patch }));
  const dry = useMutation({
    mutationFn: (asked: Choice) => send(asked, 'dry'),
    onSuccess: (report) =>
      setStep(report.columns.length > 0 && report.mapping_needed ? 'columns' : 'preview'),
  });
  const apply = useMutation({
    mutationFn: (asked: Choice) => send(asked, 'apply'),
    onSuccess: async () => {
      setStep('done');
      await queries.invalidateQueries();
    },
  });
  const again = () => {
    setChoice(START);
    dry.reset();
    apply.reset();
    setStep('file');
  };
  const report = dry.data;
  return (
    <Page title={words.title}>
      <ol className="hp-steps">
        {STEPS.map((one, index) => (
          <li key={one} aria-current={one === step ? 'step' : undefined}>
            {index + 1}. {words.steps[index]}
          </li>
        ))}
      </ol>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <section className="hp-text hp-wizard" tabIndex={0} aria-label={words.title}>
        {dry.error && <ProblemNote error={dry.error} wrote />}
        {apply.error && <ProblemNote error={apply.error} wrote />}
        {step === 'file' && (
          <FileStep
            choice={choice}
            busy={dry.isPending}
            onChange={(patch) => change({ ...patch, columns: undefined })}
            onNext={() => dry.mutate(choice)}
          />
        )}
        {step === 'columns' && report && (
          <ColumnsStep
            report={report}
            choice={choice}
            busy={dry.isPending}
            onBack={() => setStep('file')}
            onNext={(columns, remember) => {
              const next = { ...choice, columns, remember };
              setChoice(next);
              dry.mutate(next);
            }}
          />
        )}
        {step === 'preview' && report && (
          <PreviewStep
            report={report}
            choice={choice}
            busy={apply.isPending || dry.isPending}
            onChange={change}
            onMode={(mode) => {
              const next = { ...choice, mode };
              setChoice(next);
              dry.mutate(next);
            }}
            onBack={() => setStep(report.columns.length > 0 ? 'columns' : 'file')}
            onNext={() => apply.mutate(choice)}
          />
        )}
        {step === 'done' && apply.data && <DoneStep report={apply.data} onAgain={again} />}
      </section>
    </Page>
  );
}

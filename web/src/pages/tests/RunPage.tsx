// One run, step by step, large enough for a tablet at the rack: one button for each outcome, files with their hashes.

import { Button, FormGroup, TextArea } from '@patternfly/react-core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { api, data, upload } from '../../api/client';
import { useMay } from '../../api/session';
import type { Attachment, TestRun, TestStep } from '../../api/types';
import { messages } from '../../messages';
import { Dialog } from '../../parts/Dialog';
import { Facts, Section } from '../../parts/Facts';
import { FileField } from '../../parts/FileField';
import { size } from '../../parts/fileSize';
import { keyed } from '../../parts/keyed';
import { MarkText, When } from '../../parts/MarkText';
import { Page } from '../../parts/Page';
import { ProblemNote } from '../../parts/ProblemNote';
import { runMark, stepMark } from '../../text/decisions';

const words = messages.tests;
const names = words.runPage;

export function RunPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const mayTest = useMay('record-test');
  const [aborting, setAborting] = useState(false);
  const asked = useQuery({
    queryKey: ['test-run', id],
    queryFn: () => data(api.GET('/api/v1/test-runs/{id}', { params: { path: { id } } })),
  });
  const run = asked.data?.run;
  const running = run?.state === 'running';
  return (
    <Page
      title={run?.patch ?? words.title}
      kicker={run && (run.kind === 'pilot' ? words.pilotOf(run.assets.length) : run.environment)}
      actions={
        run &&
        mayTest &&
        running && (
          <Button variant="secondary" onClick={() => setAborting(true)}>
            {names.abort}
          </Button>
        )
      }
    >
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <section className="hp-text hp-field-view" tabIndex={0} aria-label={words.title}>
        {asked.error && <ProblemNote error={asked.error} onRetry={() => void asked.refetch()} />}
        {run && (
          <>
            <Head run={run} />
            <Section top title={names.steps}>
              <ol className="hp-run-steps">
                {keyed(run.steps, (step) => step.action).map(({ key, item }, at) => (
                  <StepPart
                    key={key}
                    id={id}
                    step={item}
                    place={at + 1}
                    next={running && run.steps.findIndex((one) => !one.result) === at}
                    mayRecord={mayTest && running}
                  />
                ))}
              </ol>
              {!running && <p className="hp-muted">{names.over}</p>}
            </Section>
            <Files id={id} files={asked.data?.files ?? []} mayAttach={mayTest && running} />
            <StillNeeded run={run} />
          </>
        )}
      </section>
      {aborting && <AbortDialog id={id} onClose={() => setAborting(false)} />}
    </Page>
  );
}

function Head({ run }: { run: TestRun }) {
  const differences =
    run.differences.length > 0
      ? run.differences.join('; ')
      : run.no_difference_by
        ? names.noDifference(run.no_difference_by)
        : names.differsUnknown;
  return (
    <Facts
      rows={[
        [words.columns.state, <MarkText key="s" mark={runMark(run.state)} />],
        [
          words.columns.baseline,
          <Link key="b" to="/baselines/$id" params={{ id: run.baseline_id }} search={{ open: run.patch }}>
            {run.baseline}
          </Link>,
        ],
        [
          words.columns.tester,
          <span key="t">
            {run.tester}, <When at={run.began_at} />
          </span>,
        ],
        [names.differs, differences],
      ]}
    />
  );
}

function StepPart({
  id,
  step,
  place,
  next,
  mayRecord,
}: {
  id: string;
  step: TestStep;
  place: number;
  next: boolean;
  mayRecord: boolean;
}) {
  const queries = useQueryClient();
  const [note, setNote] = useState('');
  const record = useMutation({
    mutationFn: (result: string) =>
      data(
        api.POST('/api/v1/test-runs/{id}/steps', {
          params: { path: { id } },
          body: { step: place, result, note: note.trim() },
        }),
      ),
    onSuccess: () => queries.invalidateQueries(),
  });
  return (
    <li className={next ? 'hp-run-step hp-run-next' : 'hp-run-step'} aria-current={next ? 'step' : undefined}>
      <p className="hp-sentence">{step.action}</p>
      <p>
        {names.expected}: {step.expected}
      </p>
      {step.result ? (
        <p>
          <MarkText mark={stepMark(step.result)} /> {names.recorded(step.by ?? '?')} <When at={step.at} />
          {step.note && <>: {step.note}</>}
        </p>
      ) : (
        !mayRecord && <MarkText mark={stepMark(undefined)} />
      )}
      {!step.result && mayRecord && (
        <>
          <FormGroup label={names.note} fieldId={`note-${place}`}>
            <TextArea
              id={`note-${place}`}
              rows={1}
              maxLength={2000}
              value={note}
              onChange={(_, value) => setNote(value)}
            />
          </FormGroup>
          <div className="hp-run-buttons">
            <Button
              size="lg"
              isLoading={record.isPending}
              aria-label={`${names.passed}: ${step.action}`}
              onClick={() => record.mutate('passed')}
            >
              {names.passed}
            </Button>
            <Button
              size="lg"
              variant="secondary"
              isDisabled={note.trim() === ''}
              aria-label={`${names.failed}: ${step.action}`}
              onClick={() => record.mutate('failed')}
            >
              {names.failed}
            </Button>
            <Button
              size="lg"
              variant="secondary"
              isDisabled={note.trim() === ''}
              aria-label={`${names.skipped}: ${step.action}`}
              onClick={() => record.mutate('skipped')}
            >
              {names.skipped}
            </Button>
            {note.trim() === '' && <span className="hp-small hp-muted">{names.noteNeeded}</span>}
          </div>
          {record.error && <ProblemNote error={record.error} wrote />}
        </>
      )}
    </li>
  );
}

function Files({ id, files, mayAttach }: { id: string; files: readonly Attachment[]; mayAttach: boolean }) {
  const queries = useQueryClient();
  const [file, setFile] = useState<File>();
  const attach = useMutation({
    mutationFn: async () => {
      if (file) {
        await upload(`/api/v1/test-runs/${id}/files`, { name: file.name }, file);
      }
    },
    onSuccess: async () => {
      setFile(undefined);
      await queries.invalidateQueries();
    },
  });
  return (
    <Section top title={names.files}>
      {files.length === 0 && <p className="hp-muted">{names.noFiles}</p>}
      <ul className="hp-plain-list">
        {files.map((one, at) => (
          <li key={`${one.sha256} ${one.added_at}`} className="hp-break">
            <a href={`/api/v1/test-runs/${id}/files/${at + 1}`} download={one.name}>
              {one.name}
            </a>{' '}
            {size(one.size_bytes)}, {one.added_by}, <When at={one.added_at} />{' '}
            <span className="hp-mono">{one.sha256}</span>
          </li>
        ))}
      </ul>
      {mayAttach && (
        <form
          className="hp-narrow-form"
          onSubmit={(event) => {
            event.preventDefault();
            attach.mutate();
          }}
        >
          <FileField label={names.attach} hint={names.attachHint} accept="" file={file} onFile={setFile} />
          <div className="hp-buttons">
            <Button type="submit" isDisabled={!file} isLoading={attach.isPending}>
              {names.attaching}
            </Button>
          </div>
          {attach.error && <ProblemNote error={attach.error} wrote />}
        </form>
      )}
    </Section>
  );
}

/** What the rules still ask for before the patch can be proposed in its baseline. */
function StillNeeded({ run }: { run: TestRun }) {
  const needed = useQuery({
    queryKey: ['needed', run.baseline_id, run.patch],
    queryFn: () =>
      data(
        api.GET('/api/v1/baselines/{id}/patches/{patch}/needed', {
          params: { path: { id: run.baseline_id, patch: run.patch } },
        }),
      ),
  });
  if (needed.error) {
    return <ProblemNote error={needed.error} onRetry={() => void needed.refetch()} />;
  }
  const missing = needed.data?.missing ?? [];
  return (
    <Section top title={names.needed}>
      {needed.data && missing.length === 0 && <p>{names.neededNothing}</p>}
      <ul className="hp-plain-list">
        {missing.map((what) => (
          <li key={what} className="hp-tone-due">
            <span aria-hidden="true">▲ </span>
            {what}
          </li>
        ))}
      </ul>
      <p>
        <Link to="/baselines/$id" params={{ id: run.baseline_id }} search={{ open: run.patch }}>
          {names.propose}
        </Link>
      </p>
    </Section>
  );
}

function AbortDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const queries = useQueryClient();
  const [reason, setReason] = useState('');
  const send = useMutation({
    mutationFn: () =>
      data(
        api.POST('/api/v1/test-runs/{id}/abort', {
          params: { path: { id } },
          body: { reason: reason.trim() },
        }),
      ),
    onSuccess: async () => {
      onClose();
      await queries.invalidateQueries();
    },
  });
  return (
    <Dialog
      title={names.abortTitle}
      text={names.abortText}
      submit={names.abort}
      danger
      ready={reason.trim() !== ''}
      busy={send.isPending}
      error={send.error}
      onSubmit={() => send.mutate()}
      onClose={onClose}
    >
      <FormGroup label={names.reason} fieldId="reason" isRequired>
        <TextArea id="reason" rows={3} maxLength={2000} value={reason} onChange={(_, v) => setReason(v)} />
      </FormGroup>
    </Dialog>
  );
}

// The change record of a plan: what we say and what a system outside says, each field with its way; out as a file, back in.

import { Button, FormGroup, FormSelect, FormSelectOption } from '@patternfly/react-core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, data } from '../../api/client';
import { useMay } from '../../api/session';
import type { ChangeRecord, ChangeRecordHeard } from '../../api/types';
import { messages } from '../../messages';
import { Dialog } from '../../parts/Dialog';
import { Facts, Section } from '../../parts/Facts';
import { FileField } from '../../parts/FileField';
import { Loading } from '../../parts/Loading';
import { When } from '../../parts/MarkText';
import { ProblemNote } from '../../parts/ProblemNote';
import { Sentence } from '../../parts/Sentence';
import { jsonOf } from '../../text/json';
import { changeRecord as words } from '../../words/records';
import { TextField } from './ProposeDialog';

type Field = ChangeRecord['fields'][number];

const MOMENTS = ['planned_start', 'planned_end'];

export function ChangeRecordTab({ id, number }: { id: string; number: number }) {
  const [isTaking, setTaking] = useState(false);
  const mayPlan = useMay('write-plans');
  const found = useQuery({
    queryKey: ['change-record', id],
    queryFn: () => data(api.GET('/api/v1/plans/{id}/change-record', { params: { path: { id } } })),
  });
  const record = found.data;
  if (found.error) {
    return <ProblemNote error={found.error} onRetry={() => void found.refetch()} />;
  }
  if (!record) {
    return <Loading />;
  }
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <section className="hp-text" tabIndex={0} aria-label={messages.plans.tabs.record}>
      <p className="hp-prose">{words.text}</p>
      <div className="hp-buttons">
        {mayPlan && (
          <Button variant="secondary" size="sm" onClick={() => setTaking(true)}>
            {words.take}
          </Button>
        )}
        {Object.entries(words.shapes).map(([shape, name]) => (
          <a
            key={shape}
            href={`/api/v1/plans/${encodeURIComponent(id)}/change-record/${shape}`}
            download={`change-${number}-${shape}.json`}
          >
            {words.exportOf(name)}
          </a>
        ))}
      </div>
      <Fields title={words.in} record={record} way="in" />
      <Fields title={words.out} record={record} way="out" />
      {isTaking && <TakeDialog id={id} onClose={() => setTaking(false)} />}
    </section>
  );
}

function Fields({ title, record, way }: { title: string; record: ChangeRecord; way: string }) {
  const fields = record.fields.filter((one) => one.way === way);
  return (
    <Section title={title} top>
      {way === 'in' && (
        <p className="hp-muted">
          {record.heard_at ? (
            <>
              {words.heard} <When at={record.heard_at} />
              {record.heard_by && `, ${words.heardBy(record.heard_by)}`}
            </>
          ) : (
            words.notHeard
          )}
        </p>
      )}
      <Facts
        rows={fields.map((one) => [words.fields[one.name] ?? one.name, <Value key="v" field={one} />])}
      />
    </Section>
  );
}

function Value({ field }: { field: Field }) {
  const { value } = field;
  if (value === null || value === undefined || value === '') {
    return <span className="hp-muted">{words.unsaid}</span>;
  }
  if (MOMENTS.includes(field.name)) {
    return <When at={value} />;
  }
  if (field.name === 'plan') {
    return (
      <details className="hp-raw">
        <summary>{words.planText}</summary>
        <pre>{value}</pre>
      </details>
    );
  }
  return <span className="hp-prose">{value}</span>;
}

function TakeDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const queries = useQueryClient();
  const [shape, setShape] = useState('servicenow');
  const [file, setFile] = useState<File>();
  const [reason, setReason] = useState('');
  const take = useMutation({
    mutationFn: async (chosen: File) => {
      const record = jsonOf(await chosen.text(), { title: words.notJson, detail: words.notJsonText });
      return data(
        api.POST('/api/v1/change-records', {
          body: { shape, record: record as never, reason: reason.trim() },
        }),
      );
    },
    onSuccess: () => queries.invalidateQueries(),
  });
  return (
    <Dialog
      title={words.take}
      text={words.takeText}
      submit={take.data ? undefined : words.take}
      ready={file !== undefined}
      busy={take.isPending}
      error={take.error}
      onSubmit={() => file && take.mutate(file)}
      onClose={onClose}
    >
      {take.data ? (
        <Came heard={take.data} id={id} />
      ) : (
        <>
          <FormGroup label={words.shape} fieldId="record-shape">
            <FormSelect id="record-shape" value={shape} onChange={(_, value) => setShape(value)}>
              {Object.entries(words.shapes).map(([value, label]) => (
                <FormSelectOption key={value} value={value} label={label} />
              ))}
            </FormSelect>
          </FormGroup>
          <FileField
            label={words.file}
            hint={words.fileHint}
            accept=".json,application/json"
            file={file}
            onFile={setFile}
          />
          <TextField id="reason" label={messages.actions.reason} value={reason} onChange={setReason} />
        </>
      )}
    </Dialog>
  );
}

function Came({ heard, id }: { heard: ChangeRecordHeard; id: string }) {
  const { record, problems } = heard;
  return (
    <div role="status">
      {record.plan !== id && (
        <p>
          <Link to="/plans/$id" params={{ id: record.plan }} search={{ tab: 'record' }}>
            {words.elsewhere(String(record.number))}
          </Link>
        </p>
      )}
      {problems.length === 0 ? (
        <p>{words.taken}</p>
      ) : (
        <Section title={words.partly} top>
          <ul>
            {problems.map((one) => (
              <li key={one}>
                <Sentence text={one} />
              </li>
            ))}
          </ul>
        </Section>
      )}
    </div>
  );
}

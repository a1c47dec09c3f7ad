// Where patches come from by hand: the fixes that advisories name, and a repository of Linux packages.

import { FormGroup, FormSelect, FormSelectOption } from '@patternfly/react-core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, data } from '../../api/client';
import type { GatheredPatches } from '../../api/types';
import { messages } from '../../messages';
import { Dialog } from '../../parts/Dialog';
import { Facts, Section } from '../../parts/Facts';
import { keyed } from '../../parts/keyed';
import { grouped } from '../../parts/ListBody';
import { Sentence } from '../../parts/Sentence';
import { repository, gather as words } from '../../words/patchSources';
import { TextField } from '../plans/ProposeDialog';

/** What gathering or reading did, in numbers. */
function Done({ done }: { done: GatheredPatches }) {
  return (
    <div role="status">
      <Facts
        rows={(['seen', 'kept', 'new', 'changed', 'unchanged', 'withdrawn'] as const).map((name) => [
          words[name],
          grouped(done[name]),
        ])}
      />
      {done.remarks.length > 0 && (
        <Section title={words.remarks} top>
          <ul>
            {keyed(done.remarks, (one) => one).map(({ key, item }) => (
              <li key={key}>
                <Sentence text={item} />
              </li>
            ))}
          </ul>
        </Section>
      )}
    </div>
  );
}

export function GatherDialog({ onClose }: { onClose: () => void }) {
  const queries = useQueryClient();
  const [reason, setReason] = useState('');
  const run = useMutation({
    mutationFn: () =>
      data(api.POST('/api/v1/patches:gather', { params: { query: { reason: reason.trim() } } })),
    onSuccess: () => queries.invalidateQueries(),
  });
  return (
    <Dialog
      title={words.title}
      text={words.text}
      submit={run.data ? undefined : words.submit}
      busy={run.isPending}
      error={run.error}
      onSubmit={() => run.mutate()}
      onClose={onClose}
    >
      {run.data ? (
        <Done done={run.data} />
      ) : (
        <TextField id="reason" label={messages.actions.reason} value={reason} onChange={setReason} />
      )}
    </Dialog>
  );
}

const EMPTY = {
  kind: 'apt',
  name: '',
  place: '',
  suite: '',
  components: 'main',
  architecture: 'amd64',
  namespace: '',
  distros: '',
  reason: '',
};

function list(text: string): string[] {
  return text.split(/[\s,]+/).filter(Boolean);
}

export function RepositoryDialog({ onClose }: { onClose: () => void }) {
  const queries = useQueryClient();
  const [form, setForm] = useState(EMPTY);
  const set = (name: keyof typeof EMPTY) => (value: string) => setForm({ ...form, [name]: value });
  const isApt = form.kind === 'apt';
  const read = useMutation({
    mutationFn: () => {
      const own = isApt
        ? {
            suite: form.suite.trim(),
            components: list(form.components),
            architecture: form.architecture.trim(),
          }
        : {};
      return data(
        api.POST('/api/v1/patches:read-repository', {
          params: { query: { reason: form.reason.trim() } },
          body: {
            name: form.name.trim(),
            place: form.place.trim(),
            kind: form.kind,
            namespace: form.namespace.trim(),
            distros: list(form.distros),
            ...own,
          },
        }),
      );
    },
    onSuccess: () => queries.invalidateQueries(),
  });
  return (
    <Dialog
      title={repository.title}
      text={repository.text}
      submit={read.data ? undefined : repository.submit}
      wide
      ready={form.name.trim() !== '' && form.place.trim() !== '' && (!isApt || form.suite.trim() !== '')}
      busy={read.isPending}
      error={read.error}
      onSubmit={() => read.mutate()}
      onClose={onClose}
    >
      {read.data ? (
        <Done done={read.data} />
      ) : (
        <>
          <FormGroup label={repository.kind} fieldId="repository-kind">
            <FormSelect id="repository-kind" value={form.kind} onChange={(_, kind) => set('kind')(kind)}>
              {Object.entries(repository.kinds).map(([value, label]) => (
                <FormSelectOption key={value} value={value} label={label} />
              ))}
            </FormSelect>
          </FormGroup>
          <Field name="name" form={form} set={set} required />
          <Field name="place" form={form} set={set} required />
          <div className="hp-form-grid hp-form-top">
            {isApt && <Field name="suite" form={form} set={set} help={repository.suiteHelp} required />}
            {isApt && <Field name="components" form={form} set={set} help={repository.componentsHelp} />}
            {isApt && <Field name="architecture" form={form} set={set} />}
            <Field name="namespace" form={form} set={set} help={repository.namespaceHelp[form.kind]} />
            <Field name="distros" form={form} set={set} help={repository.distrosHelp} />
          </div>
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

type Name = 'name' | 'place' | 'suite' | 'components' | 'architecture' | 'namespace' | 'distros';

function Field({
  name,
  form,
  set,
  help,
  required = false,
}: {
  name: Name;
  form: typeof EMPTY;
  set: (name: Name) => (value: string) => void;
  help?: string | undefined;
  required?: boolean;
}) {
  return (
    <TextField
      id={`repository-${name}`}
      label={repository[name]}
      {...(help ? { help } : {})}
      required={required}
      value={form[name]}
      onChange={set(name)}
    />
  );
}

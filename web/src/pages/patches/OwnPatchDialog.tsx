// Writing a file of the plant's own, or a script of its devices, down as a patch, which agents put in place or run as their image says.

import { FormGroup, FormSelect, FormSelectOption } from '@patternfly/react-core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, data } from '../../api/client';
import { messages } from '../../messages';
import { Dialog } from '../../parts/Dialog';
import { ownPatch as words } from '../../words/patchSources';
import { TextField } from '../plans/ProposeDialog';

const EMPTY = {
  kind: 'file',
  name: '',
  version: '',
  title: '',
  publisher: '',
  class: 'unknown',
  fixes: '',
  reason: '',
};

export function OwnPatchDialog({ onClose }: { onClose: () => void }) {
  const queries = useQueryClient();
  const [form, setForm] = useState(EMPTY);
  const set = (name: keyof typeof EMPTY) => (value: string) => setForm({ ...form, [name]: value });
  const add = useMutation({
    mutationFn: () =>
      data(
        api.POST('/api/v1/patches', {
          params: { query: { reason: form.reason.trim() } },
          body: {
            name: `${form.kind} ${form.name.trim()} ${form.version.trim()}`,
            title: form.title.trim(),
            publisher: form.publisher.trim(),
            class: form.class,
            fixes: form.fixes.split(/[\s,]+/).filter(Boolean),
          },
        }),
      ),
    onSuccess: () => queries.invalidateQueries(),
  });
  const said = (['name', 'version', 'title', 'publisher'] as const).every((name) => form[name].trim() !== '');
  return (
    <Dialog
      title={words.title}
      text={words.text}
      submit={add.data ? undefined : words.submit}
      wide
      ready={said}
      busy={add.isPending}
      error={add.error}
      onSubmit={() => add.mutate()}
      onClose={onClose}
    >
      {add.data ? (
        <p role="status">{words.done(add.data.patch.name, words.kinds[form.kind]?.next ?? '')}</p>
      ) : (
        <>
          <FormGroup label={words.kind} fieldId="own-kind">
            <FormSelect id="own-kind" value={form.kind} onChange={(_, value) => set('kind')(value)}>
              {Object.entries(words.kinds).map(([value, kind]) => (
                <FormSelectOption key={value} value={value} label={kind.label} />
              ))}
            </FormSelect>
          </FormGroup>
          <div className="hp-form-grid hp-form-top">
            <TextField
              id="own-name"
              label={words.name}
              help={words.nameHelp}
              required
              value={form.name}
              onChange={set('name')}
            />
            <TextField
              id="own-version"
              label={words.version}
              required
              value={form.version}
              onChange={set('version')}
            />
          </div>
          <TextField id="own-title" label={words.what} required value={form.title} onChange={set('title')} />
          <div className="hp-form-grid hp-form-top">
            <TextField
              id="own-publisher"
              label={words.publisher}
              required
              value={form.publisher}
              onChange={set('publisher')}
            />
            <FormGroup label={words.class} fieldId="own-class">
              <FormSelect id="own-class" value={form.class} onChange={(_, value) => set('class')(value)}>
                {Object.entries(words.classes).map(([value, label]) => (
                  <FormSelectOption key={value} value={value} label={label} />
                ))}
              </FormSelect>
            </FormGroup>
          </div>
          <TextField
            id="own-fixes"
            label={words.fixes}
            help={words.fixesHelp}
            value={form.fixes}
            onChange={set('fixes')}
          />
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

// Beginning, telling and reading, with large fields for a tablet.

import { Checkbox, FormGroup, FormSelect, FormSelectOption } from '@patternfly/react-core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, data } from '../../api/client';
import type { WorkOrder } from '../../api/types';
import { messages } from '../../messages';
import { Dialog } from '../../parts/Dialog';
import { workOrders as words } from '../../words/travel';
import { TextField } from '../plans/ProposeDialog';

interface Props {
  readonly one: WorkOrder;
  readonly onClose: () => void;
}

function now(): string {
  return `${new Date().toISOString().slice(0, 19)}Z`;
}

function useDone(onClose: () => void) {
  const queries = useQueryClient();
  return async () => {
    onClose();
    await queries.invalidateQueries();
  };
}

function Choice({
  id,
  label,
  value,
  words: all,
  onChange,
}: {
  id: string;
  label: string;
  value: string;
  words: Record<string, string>;
  onChange: (value: string) => void;
}) {
  return (
    <FormGroup label={label} fieldId={id}>
      <FormSelect id={id} value={value} onChange={(_, next) => onChange(next)}>
        {Object.entries(all).map(([word, text]) => (
          <FormSelectOption key={word} value={word} label={text} />
        ))}
      </FormSelect>
    </FormGroup>
  );
}

export function BeginDialog({ one, onClose }: Props) {
  const [ticked, setTicked] = useState<readonly number[]>([]);
  const done = useDone(onClose);
  const begin = useMutation({
    mutationFn: () =>
      data(
        api.POST('/api/v1/work-orders/{id}/begin', {
          params: { path: { id: one.order.id } },
          body: { ticked: [...ticked] },
        }),
      ),
    onSuccess: done,
  });
  return (
    <Dialog
      title={words.begin}
      text={words.beginText}
      submit={words.begin}
      ready={one.sheet.before.every((line) => ticked.includes(line.number))}
      busy={begin.isPending}
      error={begin.error}
      onSubmit={() => begin.mutate()}
      onClose={onClose}
    >
      {one.sheet.before.map((line) => (
        <Checkbox
          key={line.number}
          id={`before-${line.number}`}
          label={line.what}
          isChecked={ticked.includes(line.number)}
          onChange={(_, checked) =>
            setTicked(checked ? [...ticked, line.number] : ticked.filter((own) => own !== line.number))
          }
        />
      ))}
    </Dialog>
  );
}

export function TellDialog({ one, onClose }: Props) {
  const [form, setForm] = useState({
    code: one.code,
    word: 'installed',
    restart: 'done',
    what: '',
    began_at: now(),
    done_at: now(),
    done_by: one.order.technician ?? '',
  });
  const [values, setValues] = useState<Readonly<Record<number, string>>>({});
  const [looked, setLooked] = useState(false);
  const done = useDone(onClose);
  const set = (name: keyof typeof form) => (value: string) => setForm({ ...form, [name]: value });
  const tell = useMutation({
    mutationFn: () =>
      data(
        api.POST('/api/v1/work-orders:tell', {
          body: {
            ...form,
            lines: one.sheet.work
              .filter((line) => (values[line.number] ?? '') !== '')
              .map((line) => ({
                part: 'work',
                number: line.number,
                done: true,
                value: values[line.number] ?? '',
              })),
            way: form.code === one.code ? 'entered' : 'scanned',
            looked_at: looked ? one.order.revision : null,
            reason: '',
          },
        }),
      ),
    onSuccess: done,
  });
  return (
    <Dialog
      title={words.tell}
      text={words.tellText}
      submit={words.tell}
      ready={form.done_by.trim() !== '' && (form.word === 'installed' || form.what.trim() !== '')}
      busy={tell.isPending}
      error={tell.error}
      onSubmit={() => tell.mutate()}
      onClose={onClose}
    >
      <TextField
        id="tell-code"
        label={words.printedCode}
        help={words.printedCodeHelp}
        required
        value={form.code}
        onChange={set('code')}
      />
      <Choice
        id="tell-word"
        label={words.word}
        value={form.word}
        words={words.words}
        onChange={set('word')}
      />
      <Choice
        id="tell-restart"
        label={words.restart}
        value={form.restart}
        words={words.restarts}
        onChange={set('restart')}
      />
      <TextField id="tell-by" label={words.doneBy} required value={form.done_by} onChange={set('done_by')} />
      <TextField
        id="tell-began"
        label={words.beganAt}
        required
        value={form.began_at}
        onChange={set('began_at')}
      />
      <TextField
        id="tell-done"
        label={words.doneAt}
        required
        value={form.done_at}
        onChange={set('done_at')}
      />
      {one.stale.length > 0 && (
        <Checkbox
          id="tell-looked"
          label={words.looked}
          description={one.stale.join('; ')}
          isChecked={looked}
          onChange={(_, checked) => setLooked(checked)}
        />
      )}
      <TextField id="tell-what" label={words.what} value={form.what} onChange={set('what')} />
      {one.sheet.work
        .filter((line) => line.field !== 'tick')
        .map((line) => (
          <TextField
            key={line.number}
            id={`tell-line-${line.number}`}
            label={`${line.number}. ${line.what}`}
            value={values[line.number] ?? ''}
            onChange={(value) => setValues({ ...values, [line.number]: value })}
          />
        ))}
    </Dialog>
  );
}

export function ObserveDialog({ one, onClose }: Props) {
  const [observed, setObserved] = useState('as_promised');
  const [read, setRead] = useState('');
  const [firmware, setFirmware] = useState('');
  const [readAt, setReadAt] = useState(now());
  const done = useDone(onClose);
  const observe = useMutation({
    mutationFn: () =>
      data(
        api.POST('/api/v1/work-orders/{id}/observe', {
          params: { path: { id: one.order.id } },
          body: { observed, read, firmware: firmware.trim() || null, read_at: readAt },
        }),
      ),
    onSuccess: done,
  });
  return (
    <Dialog
      title={words.observe}
      text={words.observeText}
      submit={messages.actions.save}
      ready={read.trim() !== ''}
      busy={observe.isPending}
      error={observe.error}
      onSubmit={() => observe.mutate()}
      onClose={onClose}
    >
      <Choice
        id="observe-word"
        label={words.observed}
        value={observed}
        words={words.observedWords}
        onChange={setObserved}
      />
      <TextField id="observe-read" label={words.read} required value={read} onChange={setRead} />
      <TextField
        id="observe-firmware"
        label={words.firmware}
        help={words.firmwareHelp}
        value={firmware}
        onChange={setFirmware}
      />
      <TextField id="observe-at" label={words.readAt} required value={readAt} onChange={setReadAt} />
    </Dialog>
  );
}

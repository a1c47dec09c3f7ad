// Writing down how work is done. That there is no way back is signed by whoever writes it, who may approve.

import { Checkbox, FormGroup, FormSelect, FormSelectOption } from '@patternfly/react-core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, data } from '../../../api/client';
import { useMay, useSession } from '../../../api/session';
import type { WorkProfile } from '../../../api/types';
import { messages } from '../../../messages';
import { Dialog } from '../../../parts/Dialog';
import { NumberField } from '../../../parts/NumberField';
import { spoken } from '../../../text/words';
import { ground as words } from '../../../words/planning';
import { KINDS } from '../../baselines/kinds';
import { TextField } from '../ProposeDialog';
import { formOf, type ProfileForm, profileOf } from './profiles';

const names = words.work;

export function ProfileDialog({
  profile,
  onClose,
}: {
  profile: WorkProfile | undefined;
  onClose: () => void;
}) {
  const queries = useQueryClient();
  const [form, setForm] = useState(() => formOf(profile));
  const [reason, setReason] = useState('');
  const set = (name: keyof ProfileForm) => (value: string) => setForm({ ...form, [name]: value });
  const body = profileOf(form);
  const save = useMutation({
    mutationFn: (one: WorkProfile) =>
      data(api.PUT('/api/v1/work-profiles', { params: { query: { reason: reason.trim() } }, body: one })),
    onSuccess: async () => {
      onClose();
      await queries.invalidateQueries();
    },
  });
  const told = form.message.trim() !== '';
  return (
    <Dialog
      title={names.add}
      text={names.text}
      submit={messages.actions.save}
      wide
      ready={body !== undefined}
      busy={save.isPending}
      error={save.error}
      onSubmit={() => body && save.mutate(body)}
      onClose={onClose}
    >
      <div className="hp-form-grid hp-form-top">
        {profile === undefined && (
          <>
            <TextField
              id="work-patch"
              label={names.patch}
              help={names.patchHelp}
              value={form.patch}
              onChange={set('patch')}
            />
            <FormGroup label={names.kind} fieldId="work-kind">
              <FormSelect id="work-kind" value={form.kind} onChange={(_, kind) => set('kind')(kind)}>
                <FormSelectOption value="" label={names.any} />
                {KINDS.map((kind) => (
                  <FormSelectOption key={kind} value={kind} label={spoken(kind)} />
                ))}
              </FormSelect>
            </FormGroup>
          </>
        )}
        {profile !== undefined && (
          <p>
            {names.patch}: {profile.patch ?? names.any}; {names.kind}:{' '}
            {profile.kind ? spoken(profile.kind) : names.any}
          </p>
        )}
      </div>
      <div className="hp-form-grid hp-form-top">
        <NumberField
          id="work-minutes"
          label={names.minutes}
          required
          value={form.work}
          onChange={set('work')}
        />
        <NumberField id="work-undo" label={names.undo} required value={form.undo} onChange={set('undo')} />
        <NumberField
          id="work-people"
          label={names.people}
          required
          value={form.people}
          onChange={set('people')}
        />
      </div>
      <WayFields form={form} set={set} />
      <TextField
        id="work-message"
        label={names.message}
        help={names.messageHelp}
        value={form.message}
        onChange={set('message')}
      />
      {told && (
        <div className="hp-form-grid hp-form-top">
          <NumberField
            id="work-times"
            label={names.postpone}
            required
            value={form.times}
            onChange={set('times')}
          />
          <NumberField
            id="work-postpone"
            label={names.postponeMinutes}
            required
            value={form.minutes}
            onChange={set('minutes')}
          />
        </div>
      )}
      {told && (
        <Checkbox
          id="work-confirm"
          label={names.confirm}
          isChecked={form.confirm}
          onChange={(_, confirm) => setForm({ ...form, confirm })}
        />
      )}
      <Checkbox
        id="work-permit"
        label={names.permit}
        isChecked={form.permit}
        onChange={(_, permit) => setForm({ ...form, permit })}
      />
      <TextField id="reason" label={messages.actions.reason} value={reason} onChange={setReason} />
    </Dialog>
  );
}

function WayFields({
  form,
  set,
}: {
  form: ProfileForm;
  set: (name: keyof ProfileForm) => (value: string) => void;
}) {
  const who = useSession().data?.user.name ?? '';
  const mayPlan = useMay('write-plans');
  const mayApprove = useMay('approve');
  const offered = Object.entries(names.ways).filter(
    ([way]) => way === form.way || (way === 'none' ? mayApprove : mayPlan),
  );
  return (
    <>
      <FormGroup label={names.way} fieldId="work-way">
        <FormSelect id="work-way" value={form.way} onChange={(_, way) => set('way')(way)}>
          {offered.map(([way, label]) => (
            <FormSelectOption key={way} value={way} label={label} />
          ))}
        </FormSelect>
      </FormGroup>
      {form.way !== '' && (
        <TextField
          id="work-by"
          label={names.by[form.way] ?? form.way}
          required
          value={form.by}
          onChange={set('by')}
        />
      )}
      {form.way === 'none' && <p className="hp-tone-caution">{names.signs(who)}</p>}
    </>
  );
}

// Asking that a kind of change be approved beforehand.

import {
  Checkbox,
  FormGroup,
  FormSelect,
  FormSelectOption,
  TextArea,
  TextInput,
} from '@patternfly/react-core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, data } from '../../api/client';
import { messages } from '../../messages';
import { BaselineField } from '../../parts/BaselineField';
import { Dialog } from '../../parts/Dialog';
import { riskWord } from '../../text/decisions';
import { endOfDay } from '../../text/endOfDay';
import { useView } from '../../view';

const words = messages.approvals;

export function StandardDialog({ onClose }: { onClose: () => void }) {
  const queries = useQueryClient();
  const [, change] = useView();
  const [name, setName] = useState('');
  const [baseline, setBaseline] = useState('');
  const [classes, setClasses] = useState<readonly string[]>(['security']);
  const [risk, setRisk] = useState('low');
  const [until, setUntil] = useState('');
  const [reason, setReason] = useState('');
  const send = useMutation({
    mutationFn: () =>
      data(
        api.POST('/api/v1/decisions:standard', {
          body: {
            name: name.trim(),
            baseline,
            classes: [...classes],
            most_risk: risk,
            until: endOfDay(until),
            reason: reason.trim(),
          },
        }),
      ),
    onSuccess: async (card) => {
      onClose();
      change({ tab: 'asked', open: card.decision.id, filter: undefined });
      await queries.invalidateQueries();
    },
  });
  const toggle = (one: string) =>
    setClasses(classes.includes(one) ? classes.filter((other) => other !== one) : [...classes, one]);
  const filled = [name, baseline, until, reason].every((text) => text.trim() !== '');
  return (
    <Dialog
      title={words.standardTitle}
      text={words.standardText}
      submit={words.send}
      ready={filled && classes.length > 0}
      busy={send.isPending}
      error={send.error}
      onSubmit={() => send.mutate()}
      onClose={onClose}
    >
      <FormGroup label={words.standardName} fieldId="standard-name" isRequired>
        <TextInput id="standard-name" maxLength={200} value={name} onChange={(_, v) => setName(v)} />
      </FormGroup>
      <BaselineField id="standard-baseline" value={baseline} onChange={setBaseline} />
      <FormGroup label={words.classes} role="group" fieldId="standard-classes">
        {Object.entries(words.classWords).map(([key, label]) => (
          <Checkbox
            key={key}
            id={`class-${key}`}
            label={label}
            isChecked={classes.includes(key)}
            onChange={() => toggle(key)}
          />
        ))}
      </FormGroup>
      <FormGroup label={words.mostRisk} fieldId="standard-risk">
        <FormSelect id="standard-risk" value={risk} onChange={(_, v) => setRisk(v)}>
          {['low', 'normal'].map((one) => (
            <FormSelectOption key={one} value={one} label={riskWord(one)} />
          ))}
        </FormSelect>
      </FormGroup>
      <FormGroup label={words.until} fieldId="standard-until" isRequired>
        <TextInput id="standard-until" type="date" value={until} onChange={(_, v) => setUntil(v)} />
      </FormGroup>
      <FormGroup label={words.reason} fieldId="standard-reason" isRequired>
        <TextArea id="standard-reason" maxLength={2000} value={reason} onChange={(_, v) => setReason(v)} />
      </FormGroup>
    </Dialog>
  );
}

// A person's word about a step, with what it needs: a text, a moment, a reason.

import { FormGroup, TextArea } from '@patternfly/react-core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, data } from '../../api/client';
import type { DeploymentStepShown, StepSaying } from '../../api/types';
import { messages } from '../../messages';
import { Dialog } from '../../parts/Dialog';

const words = messages.deployments;

export function SayDialog({
  shown,
  saying,
  onClose,
}: {
  shown: DeploymentStepShown;
  saying: StepSaying;
  onClose: () => void;
}) {
  const queries = useQueryClient();
  const [text, setText] = useState('');
  const [until, setUntil] = useState('');
  const { step } = shown;
  const needsText = saying.needs === 'text';
  const needsMoment = saying.needs === 'until';
  // A permission may end earlier than it would by itself.
  const takesMoment = needsMoment || saying.word === 'permit';
  const hold = shown.holds.find((one) => !one.opened_by);
  const at = saying.word === 'open_hold' && hold ? hold.before : step.number;
  const send = useMutation({
    mutationFn: () =>
      data(
        api.POST('/api/v1/deployments/{id}/steps/{number}/say', {
          // A hold point of a wave is opened at the step that it stands before.
          params: { path: { id: step.plan_id, number: String(at) } },
          body: {
            word: saying.word,
            text: text.trim(),
            ...(saying.word === 'open_hold' && hold ? { hold: hold.number } : {}),
            ...(takesMoment && until !== '' ? { until: new Date(until).toISOString() } : {}),
          },
        }),
      ),
    onSuccess: async () => {
      onClose();
      await queries.invalidateQueries();
    },
  });
  const word = words.sayings[saying.word] ?? saying.word;
  const explained =
    saying.word === 'open_hold' && hold
      ? `${hold.evidence}. ${words.sayingTexts.open_hold}`
      : words.sayingTexts[saying.word];
  return (
    <Dialog
      title={`${word}: ${words.stepTitle(step.number, step.asset)}`}
      {...(explained ? { text: explained } : {})}
      submit={word}
      danger={saying.word === 'end' || saying.word === 'go_back'}
      ready={(!needsText || text.trim().length >= 3) && (!needsMoment || until !== '')}
      busy={send.isPending}
      error={send.error}
      onSubmit={() => send.mutate()}
      onClose={onClose}
    >
      {takesMoment && (
        <FormGroup label={words.until} fieldId="until" isRequired={needsMoment}>
          <input
            id="until"
            type="datetime-local"
            value={until}
            onChange={(event) => setUntil(event.target.value)}
          />
        </FormGroup>
      )}
      <FormGroup
        label={needsText ? words.text : messages.actions.reason}
        fieldId="text"
        isRequired={needsText}
      >
        <TextArea
          id="text"
          value={text}
          onChange={(_, next) => setText(next)}
          isRequired={needsText}
          rows={4}
        />
      </FormGroup>
    </Dialog>
  );
}

// Saying that less risk is left than was signed for: by one of those who signed, with a reason of their own.

import { FormGroup, Radio, TextArea } from '@patternfly/react-core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, data } from '../../api/client';
import type { Exemption, LowerChoice } from '../../api/types';
import { messages } from '../../messages';
import { Dialog } from '../../parts/Dialog';
import { riskWord } from '../../text/decisions';

const words = messages.deferrals;

export function LowerDialog({
  one,
  choices,
  onClose,
}: {
  one: Exemption;
  choices: readonly LowerChoice[];
  onClose: () => void;
}) {
  const queries = useQueryClient();
  // The nearest class that can be said stands last.
  const [residual, setResidual] = useState(choices.filter((choice) => !choice.cannot).at(-1)?.residual ?? '');
  const [reason, setReason] = useState('');
  const send = useMutation({
    mutationFn: () =>
      data(
        api.POST('/api/v1/exemptions/{id}/residual', {
          params: { path: { id: one.id } },
          body: { residual, reason: reason.trim() },
        }),
      ),
    onSuccess: async () => {
      onClose();
      await queries.invalidateQueries();
    },
  });
  return (
    <Dialog
      title={words.lowerTitle}
      text={words.lowerText(riskWord(one.residual))}
      submit={words.lowerDo}
      ready={residual !== '' && reason.trim() !== ''}
      busy={send.isPending}
      error={send.error}
      onSubmit={() => send.mutate()}
      onClose={onClose}
    >
      <FormGroup role="radiogroup" label={words.lowerTo} fieldId="residual">
        {choices.map(({ residual: risk, cannot }) => (
          <Radio
            key={risk}
            id={`residual-${risk}`}
            name="residual"
            label={riskWord(risk)}
            description={cannot ?? undefined}
            isDisabled={Boolean(cannot)}
            isChecked={residual === risk}
            onChange={() => setResidual(risk)}
          />
        ))}
      </FormGroup>
      <FormGroup label={words.reason} fieldId="reason" isRequired>
        <TextArea id="reason" rows={3} maxLength={2000} value={reason} onChange={(_, v) => setReason(v)} />
      </FormGroup>
    </Dialog>
  );
}

// Saying that less risk is left than was signed for: by one of those who signed, with a reason of their own.

import { FormGroup, Radio, TextArea } from '@patternfly/react-core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, data } from '../../api/client';
import type { Exemption } from '../../api/types';
import { messages } from '../../messages';
import { Dialog } from '../../parts/Dialog';
import { riskWord } from '../../text/decisions';

const words = messages.deferrals;
const RISKS = ['low', 'normal', 'high', 'critical'];

/** The classes below a risk, the nearest last. */
export function lowerThan(risk: string): readonly string[] {
  return RISKS.slice(0, Math.max(RISKS.indexOf(risk), 0));
}

export function LowerDialog({ one, onClose }: { one: Exemption; onClose: () => void }) {
  const queries = useQueryClient();
  const below = lowerThan(one.residual);
  const [residual, setResidual] = useState(below.at(-1) ?? '');
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
      ready={reason.trim() !== ''}
      busy={send.isPending}
      error={send.error}
      onSubmit={() => send.mutate()}
      onClose={onClose}
    >
      <FormGroup role="radiogroup" label={words.lowerTo} fieldId="residual">
        {below.map((risk) => (
          <Radio
            key={risk}
            id={`residual-${risk}`}
            name="residual"
            label={riskWord(risk)}
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

// Proposing that something is not patched: what, on which assets, why, what protects meanwhile, until when.

import { FormGroup, FormSelect, FormSelectOption, TextArea, TextInput } from '@patternfly/react-core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, data } from '../../api/client';
import { useSites } from '../../api/session';
import { messages } from '../../messages';
import { Dialog } from '../../parts/Dialog';
import { useShownZone } from '../../shown';
import { riskWord } from '../../text/decisions';
import { dayAfter, endOfDay } from '../../text/endOfDay';
import { type ControlDraft, ControlFields, draftBody } from './ControlFields';
import { OnField } from './OnField';

const words = messages.deferrals;
const names = words.form;

export interface Proposal {
  readonly kind: 'defer' | 'mitigate' | 'accept';
  readonly subjectKind: 'vulnerability' | 'patch';
  readonly subject: string;
  readonly onKind: string;
  readonly on: string;
  readonly reasonCode?: string;
  readonly reason?: string;
  readonly residual?: string;
  readonly controls?: readonly ControlDraft[];
}

export const BLANK: Proposal = {
  kind: 'defer',
  subjectKind: 'vulnerability',
  subject: '',
  onKind: 'asset',
  on: '',
};

export function ProposeDialog({ proposal, onClose }: { proposal: Proposal; onClose: () => void }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { now } = useShownZone();
  const sites = useSites().data?.items ?? [];
  const rules = useQuery({
    queryKey: ['approval-policy'],
    queryFn: () => data(api.GET('/api/v1/approval-policy')),
  }).data;
  const [draft, setDraft] = useState({
    ...proposal,
    reasonCode: proposal.reasonCode ?? 'outage',
    reason: proposal.reason ?? '',
    residual: proposal.residual ?? 'normal',
    expires: dayAfter(now, 90),
  });
  const [controls, setControls] = useState<readonly ControlDraft[]>(proposal.controls ?? []);
  const set = (part: Partial<typeof draft>) => setDraft({ ...draft, ...part });
  const send = useMutation({
    mutationFn: () =>
      data(
        api.POST('/api/v1/exemptions', {
          body: {
            kind: draft.kind,
            ...(draft.subjectKind === 'patch'
              ? { patch: draft.subject.trim() }
              : { vulnerability: draft.subject.trim() }),
            on_kind: draft.onKind,
            on: draft.on.trim(),
            reason_code: draft.reasonCode,
            reason: draft.reason.trim(),
            residual: draft.residual,
            expires_at: endOfDay(draft.expires),
            controls: controls.map(draftBody),
          },
        }),
      ),
    onSuccess: async (card) => {
      onClose();
      await queries.invalidateQueries();
      void navigate({ to: '/deferrals', search: card.exemption ? { open: card.exemption.id } : {} });
    },
  });
  const filled = [draft.subject, draft.on, draft.reason, draft.expires].every((text) => text.trim() !== '');
  const controlsFilled = controls.every((one) => one.control && one.what.trim() && one.owner.trim());
  return (
    <Dialog
      title={names.title}
      text={names.text}
      submit={names.send}
      wide
      ready={filled && controlsFilled}
      busy={send.isPending}
      error={send.error}
      onSubmit={() => send.mutate()}
      onClose={onClose}
    >
      <div className="hp-form-grid">
        <Choice
          id="ex-kind"
          label={names.kind}
          value={draft.kind}
          all={words.kinds}
          onChange={(kind) => set({ kind: kind as Proposal['kind'] })}
        />
        <Choice
          id="ex-code"
          label={names.code}
          value={draft.reasonCode}
          all={words.codes}
          onChange={(reasonCode) => set({ reasonCode })}
        />
        <Choice
          id="ex-subject-kind"
          label={names.subjectKind}
          value={draft.subjectKind}
          all={{ vulnerability: names.vulnerability, patch: names.patch }}
          onChange={(one) => set({ subjectKind: one as Proposal['subjectKind'] })}
        />
        <FormGroup label={names.subject} fieldId="ex-subject" isRequired>
          <TextInput
            id="ex-subject"
            maxLength={200}
            value={draft.subject}
            onChange={(_, subject) => set({ subject })}
          />
        </FormGroup>
        <Choice
          id="ex-on-kind"
          label={names.onKind}
          value={draft.onKind}
          all={words.onKinds}
          onChange={(onKind) => set({ onKind, on: '' })}
        />
        <OnField kind={draft.onKind} value={draft.on} sites={sites} onChange={(on) => set({ on })} />
        <Choice
          id="ex-residual"
          label={names.residual}
          value={draft.residual}
          all={Object.fromEntries(['low', 'normal', 'high', 'critical'].map((one) => [one, riskWord(one)]))}
          onChange={(residual) => set({ residual })}
        />
        <FormGroup
          label={rules ? `${names.expires} (${names.expiresHint(rules.exemption_most_days)})` : names.expires}
          fieldId="ex-expires"
          isRequired
        >
          <TextInput
            id="ex-expires"
            type="date"
            value={draft.expires}
            onChange={(_, expires) => set({ expires })}
          />
        </FormGroup>
      </div>
      <FormGroup label={names.reason} fieldId="ex-reason" isRequired>
        <TextArea
          id="ex-reason"
          rows={2}
          maxLength={2000}
          value={draft.reason}
          onChange={(_, reason) => set({ reason })}
        />
      </FormGroup>
      <ControlFields controls={controls} onChange={setControls} />
    </Dialog>
  );
}

function Choice({
  id,
  label,
  value,
  all,
  onChange,
}: {
  id: string;
  label: string;
  value: string;
  all: Record<string, string>;
  onChange: (value: string) => void;
}) {
  return (
    <FormGroup label={label} fieldId={id}>
      <FormSelect id={id} value={value} onChange={(_, next) => onChange(next)}>
        {Object.entries(all).map(([key, word]) => (
          <FormSelectOption key={key} value={key} label={word} />
        ))}
      </FormSelect>
    </FormGroup>
  );
}

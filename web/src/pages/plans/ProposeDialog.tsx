// Proposing a plan: for the assets of a baseline or for named ones. The drafts open when they are made.

import {
  FormGroup,
  FormHelperText,
  FormSelect,
  FormSelectOption,
  HelperText,
  HelperTextItem,
  TextInput,
} from '@patternfly/react-core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, data } from '../../api/client';
import type { Proposed } from '../../api/types';
import { messages } from '../../messages';
import { Dialog } from '../../parts/Dialog';
import { useView } from '../../view';

const words = messages.plans;

function parts(text: string, by: RegExp): string[] {
  return text
    .split(by)
    .map((one) => one.trim())
    .filter(Boolean);
}

export function ProposeDialog({ onClose }: { onClose: () => void }) {
  const [view] = useView();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [title, setTitle] = useState('');
  const [baseline, setBaseline] = useState('');
  const [assets, setAssets] = useState('');
  const [patches, setPatches] = useState('');
  const [days, setDays] = useState('90');
  const [lead, setLead] = useState('60');
  const [reason, setReason] = useState('');
  const [made, setMade] = useState<Proposed>();
  const baselines = useQuery({
    queryKey: ['baselines', 'names'],
    queryFn: () => data(api.GET('/api/v1/baselines', { params: { query: { limit: 1000 } } })),
  });
  const propose = useMutation({
    mutationFn: () =>
      data(
        api.POST('/api/v1/plans:propose', {
          body: {
            title: title.trim() || null,
            baseline: baseline || null,
            assets: parts(assets, /\s+/),
            patches: parts(patches, /,/),
            findings: [],
            site: view.site ?? null,
            days: Number(days) || null,
            lead_minutes: lead.trim() === '' ? null : Number(lead),
            reason: reason.trim(),
          },
        }),
      ),
    onSuccess: async (found) => {
      await queries.invalidateQueries({ queryKey: ['plans'] });
      const only = found.plans[0];
      if (found.plans.length === 1 && only && found.nowhere.length === 0) {
        await navigate({ to: '/plans/$id', params: { id: only.id } });
      } else {
        setMade(found);
      }
    },
  });
  if (made) {
    return (
      <Dialog title={words.proposed(made.plans.length)} onClose={onClose}>
        <ul className="hp-list">
          {made.plans.map((plan) => (
            <li key={plan.id}>
              <Link to="/plans/$id" params={{ id: plan.id }}>
                {plan.number}: {plan.title}
              </Link>
            </li>
          ))}
        </ul>
        {made.nowhere.length > 0 && <p>{words.nowhere(made.nowhere.join(', '))}</p>}
      </Dialog>
    );
  }
  return (
    <Dialog
      title={words.propose}
      text={words.proposeText}
      submit={words.propose}
      ready={baseline !== '' || assets.trim() !== ''}
      busy={propose.isPending}
      error={propose.error}
      onSubmit={() => propose.mutate()}
      onClose={onClose}
    >
      <FormGroup label={words.proposeFor} fieldId="baseline">
        <FormSelect id="baseline" value={baseline} onChange={(_, value) => setBaseline(value)}>
          <FormSelectOption value="" label={words.noBaseline} />
          {baselines.data?.items.map((one) => (
            <FormSelectOption key={one.baseline.id} value={one.baseline.id} label={one.baseline.name} />
          ))}
        </FormSelect>
      </FormGroup>
      <TextField
        id="assets"
        label={words.proposeAssets}
        help={words.proposeAssetsHelp}
        value={assets}
        onChange={setAssets}
      />
      <TextField
        id="patches"
        label={words.proposePatches}
        help={words.proposePatchesHelp}
        value={patches}
        onChange={setPatches}
      />
      <TextField id="days" label={words.proposeDays} value={days} onChange={setDays} />
      <TextField
        id="lead"
        label={words.proposeLead}
        help={words.proposeLeadHelp}
        value={lead}
        onChange={setLead}
      />
      <TextField id="title" label={words.proposeTitle} value={title} onChange={setTitle} />
      <TextField id="reason" label={messages.actions.reason} value={reason} onChange={setReason} />
    </Dialog>
  );
}

/** A line of text in a form, with what to write below it. */
export function TextField({
  id,
  label,
  help,
  value,
  required,
  onChange,
}: {
  id: string;
  label: string;
  help?: string;
  value: string;
  required?: boolean;
  onChange: (value: string) => void;
}) {
  return (
    <FormGroup label={label} fieldId={id} isRequired={required === true}>
      <TextInput
        id={id}
        value={value}
        isRequired={required === true}
        onChange={(_, next) => onChange(next)}
        {...(help ? { 'aria-describedby': `${id}-help` } : {})}
      />
      {help && (
        <FormHelperText>
          <HelperText id={`${id}-help`}>
            <HelperTextItem>{help}</HelperTextItem>
          </HelperText>
        </FormHelperText>
      )}
    </FormGroup>
  );
}

// Asking that patches be authorised: what the rules ask of the first of them is shown before anybody asks.

import {
  Alert,
  FormGroup,
  FormSelect,
  FormSelectOption,
  Radio,
  TextArea,
  TextInput,
} from '@patternfly/react-core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, data } from '../../api/client';
import type { Baseline, NeededEvidence } from '../../api/types';
import { messages } from '../../messages';
import { Dialog } from '../../parts/Dialog';
import { MarkText } from '../../parts/MarkText';
import { ProblemNote } from '../../parts/ProblemNote';
import { RowOutcomes } from '../../parts/RowOutcomes';
import { SupplierSays } from '../../parts/SupplierSays';
import { ownerMark, riskWord, runMark } from '../../text/decisions';
import { endOfDay } from '../../text/endOfDay';
import { lines } from '../../text/lines';
import { EmergencyFields, emergencyBody, emergencyReady, NO_EMERGENCY } from './EmergencyFields';

const words = messages.baselines;
const names = words.proposeForm;

interface Draft {
  readonly basis: 'tests' | 'looking';
  readonly inspection: string;
  readonly footing: string;
  readonly footingReason: string;
  readonly met: Readonly<Record<string, string>>;
  readonly riskOwner: string;
  readonly overrideUntil: string;
  readonly posting: string;
  readonly expires: string;
  readonly standard: string;
  readonly reason: string;
}

const BLANK: Draft = {
  basis: 'tests',
  inspection: '',
  footing: 'released',
  footingReason: '',
  met: {},
  riskOwner: '',
  overrideUntil: '',
  posting: 'at_once',
  expires: '',
  standard: '',
  reason: '',
};

function useNeeded(baseline: string, patch: string) {
  return useQuery({
    queryKey: ['needed', baseline, patch],
    enabled: patch !== '',
    retry: false,
    queryFn: () =>
      data(
        api.GET('/api/v1/baselines/{id}/patches/{patch}/needed', {
          params: { path: { id: baseline, patch } },
        }),
      ),
  });
}

/** The passed runs of every patch that was named; the server takes of them those of each patch. */
async function usableRuns(baseline: string, patches: readonly string[]): Promise<string[]> {
  const runs: string[] = [];
  for (const patch of patches) {
    const needed = await data(
      api.GET('/api/v1/baselines/{id}/patches/{patch}/needed', { params: { path: { id: baseline, patch } } }),
    );
    runs.push(...needed.runs.filter((one) => !one.fault).map((one) => one.run.id));
  }
  return runs.slice(0, 100);
}

function isReady(draft: Draft, conditions: readonly string[]): boolean {
  const overrides = draft.footing === 'override';
  return (
    draft.reason.trim() !== '' &&
    (draft.basis === 'tests' || draft.inspection.trim() !== '') &&
    (draft.footing === 'released'
      ? conditions.every((one) => (draft.met[one] ?? '').trim() !== '')
      : draft.footingReason.trim() !== '') &&
    (!overrides || (draft.riskOwner.trim() !== '' && draft.overrideUntil !== ''))
  );
}

export function ProposeDialog({
  baseline,
  patch = '',
  onClose,
}: {
  baseline: Baseline;
  patch?: string;
  onClose: () => void;
}) {
  const queries = useQueryClient();
  const [text, setText] = useState(patch);
  const [asked, setAsked] = useState(lines(patch)[0] ?? '');
  const [draft, setDraft] = useState(BLANK);
  const [emergency, setEmergency] = useState(NO_EMERGENCY);
  const set = (part: Partial<Draft>) => setDraft({ ...draft, ...part });
  const needed = useNeeded(baseline.id, asked);
  const patches = lines(text);
  const conditions = needed.data?.supplier.conditions ?? [];
  const send = useMutation({
    mutationFn: async () => {
      const overrides = draft.footing === 'override';
      const runs = draft.basis === 'tests' ? await usableRuns(baseline.id, patches) : [];
      return data(
        api.POST('/api/v1/decisions:approve', {
          body: {
            baseline: baseline.id,
            patches,
            runs,
            ...(draft.basis === 'looking' ? { inspection: draft.inspection.trim() } : {}),
            footing: draft.footing,
            ...(draft.footing === 'released'
              ? {
                  conditions_met: conditions.map((condition) => ({
                    condition,
                    why: (draft.met[condition] ?? '').trim(),
                  })),
                }
              : { footing_reason: draft.footingReason.trim() }),
            ...(overrides
              ? {
                  risk_owner: draft.riskOwner.trim(),
                  override_expires_at: endOfDay(draft.overrideUntil),
                }
              : {}),
            posting: draft.posting,
            ...(draft.expires === '' ? {} : { expires_at: endOfDay(draft.expires) }),
            ...(draft.standard === '' ? {} : { standard: draft.standard }),
            ...emergencyBody(emergency),
            reason: draft.reason.trim(),
          },
        }),
      );
    },
    onSuccess: () => queries.invalidateQueries(),
  });
  if (send.data) {
    return (
      <Dialog title={words.done} wide onClose={onClose}>
        <RowOutcomes rows={send.data.items} name={(key) => key} said={() => words.asked} />
      </Dialog>
    );
  }
  return (
    <Dialog
      title={`${names.title}: ${baseline.name}`}
      text={names.text}
      submit={names.send}
      wide
      ready={patches.length > 0 && isReady(draft, conditions) && emergencyReady(emergency)}
      busy={send.isPending}
      error={send.error}
      onSubmit={() => send.mutate()}
      onClose={onClose}
    >
      <FormGroup label={names.patches} fieldId="propose-patches" isRequired>
        <TextArea
          id="propose-patches"
          rows={2}
          maxLength={20000}
          value={text}
          onChange={(_, value) => setText(value)}
          onBlur={() => setAsked(patches[0] ?? '')}
        />
      </FormGroup>
      {needed.error && <ProblemNote error={needed.error} />}
      {needed.data && <Needed needed={needed.data} patch={asked} baseline={baseline} />}
      <BasisFields draft={draft} set={set} />
      <FootingFields draft={draft} set={set} conditions={conditions} />
      <div className="hp-form-grid">
        <FormGroup label={names.posting} fieldId="propose-posting">
          <FormSelect id="propose-posting" value={draft.posting} onChange={(_, posting) => set({ posting })}>
            <FormSelectOption value="at_once" label={names.atOnce} />
            <FormSelectOption value="later" label={names.later} />
          </FormSelect>
        </FormGroup>
        <FormGroup label={names.expires} fieldId="propose-expires">
          <TextInput
            id="propose-expires"
            type="date"
            value={draft.expires}
            onChange={(_, expires) => set({ expires })}
          />
        </FormGroup>
        {needed.data && needed.data.standards.length > 0 && (
          <FormGroup label={names.standard} fieldId="propose-standard">
            <FormSelect
              id="propose-standard"
              value={draft.standard}
              onChange={(_, standard) => set({ standard })}
            >
              <FormSelectOption value="" label={names.noStandard} />
              {needed.data.standards.map((one) => (
                <FormSelectOption key={one.id} value={one.id} label={one.name} />
              ))}
            </FormSelect>
          </FormGroup>
        )}
      </div>
      <EmergencyFields draft={emergency} set={setEmergency} />
      <FormGroup label={names.reason} fieldId="propose-reason" isRequired>
        <TextArea
          id="propose-reason"
          rows={2}
          maxLength={2000}
          value={draft.reason}
          onChange={(_, reason) => set({ reason })}
        />
      </FormGroup>
    </Dialog>
  );
}

function BasisFields({ draft, set }: { draft: Draft; set: (part: Partial<Draft>) => void }) {
  return (
    <FormGroup label={names.basis} role="radiogroup" fieldId="propose-basis">
      <Radio
        id="basis-tests"
        name="basis"
        label={names.tests}
        isChecked={draft.basis === 'tests'}
        onChange={() => set({ basis: 'tests' })}
      />
      <Radio
        id="basis-looking"
        name="basis"
        label={names.looking}
        isChecked={draft.basis === 'looking'}
        onChange={() => set({ basis: 'looking' })}
      />
      {draft.basis === 'looking' && (
        <TextInput
          id="propose-inspection"
          aria-label={names.inspection}
          placeholder={names.inspection}
          maxLength={2000}
          value={draft.inspection}
          onChange={(_, inspection) => set({ inspection })}
        />
      )}
    </FormGroup>
  );
}

function FootingFields({
  draft,
  set,
  conditions,
}: {
  draft: Draft;
  set: (part: Partial<Draft>) => void;
  conditions: readonly string[];
}) {
  const overrides = draft.footing === 'override';
  return (
    <div className="hp-form-grid">
      <FormGroup label={names.footing} fieldId="propose-footing">
        <FormSelect id="propose-footing" value={draft.footing} onChange={(_, footing) => set({ footing })}>
          {Object.entries(messages.words.footing)
            .filter(([key]) => key !== 'released_on_conditions')
            .map(([key, label]) => (
              <FormSelectOption key={key} value={key} label={label} />
            ))}
        </FormSelect>
      </FormGroup>
      {draft.footing === 'released' &&
        conditions.map((condition, index) => (
          <FormGroup
            key={condition}
            label={names.condition(condition)}
            fieldId={`propose-condition-${index}`}
            isRequired
          >
            <TextInput
              id={`propose-condition-${index}`}
              maxLength={2000}
              value={draft.met[condition] ?? ''}
              onChange={(_, why) => set({ met: { ...draft.met, [condition]: why } })}
            />
          </FormGroup>
        ))}
      {draft.footing !== 'released' && (
        <FormGroup label={names.footingReason} fieldId="propose-footing-reason" isRequired>
          <TextInput
            id="propose-footing-reason"
            maxLength={2000}
            value={draft.footingReason}
            onChange={(_, footingReason) => set({ footingReason })}
          />
        </FormGroup>
      )}
      {overrides && (
        <>
          <FormGroup label={names.riskOwner} fieldId="propose-owner" isRequired>
            <TextInput
              id="propose-owner"
              maxLength={200}
              value={draft.riskOwner}
              onChange={(_, riskOwner) => set({ riskOwner })}
            />
          </FormGroup>
          <FormGroup label={names.overrideUntil} fieldId="propose-override" isRequired>
            <TextInput
              id="propose-override"
              type="date"
              value={draft.overrideUntil}
              onChange={(_, overrideUntil) => set({ overrideUntil })}
            />
          </FormGroup>
        </>
      )}
    </div>
  );
}

function Needed({ needed, patch, baseline }: { needed: NeededEvidence; patch: string; baseline: Baseline }) {
  return (
    <section className="hp-needed" aria-label={names.needed}>
      <h3>
        {names.needed}: <span className="hp-mono">{patch}</span> <MarkText mark={ownerMark(needed.state)} />
      </h3>
      {needed.declined && (
        <Alert variant="warning" isInline isPlain title={names.declined(needed.declined)} />
      )}
      {needed.waiting_id && (
        <p className="hp-note">
          {names.waiting}{' '}
          <Link to="/approvals/$id" params={{ id: needed.waiting_id }}>
            {words.drawer.open}
          </Link>
        </p>
      )}
      <ul className="hp-plain-list">
        <li>{names.risk(riskWord(needed.risk), needed.risk_why.join('; '))}</li>
        <li>{names.signatures(needed.signatures)}</li>
        <li>{names.evidence(messages.words.evidence[needed.evidence] ?? needed.evidence)}</li>
        {needed.missing.map((what) => (
          <li key={what} className="hp-tone-due">
            <span aria-hidden="true">▲ </span>
            {names.missing(what)}
          </li>
        ))}
        {needed.missing.length === 0 && needed.evidence !== 'inspection' && (
          <li>
            <span aria-hidden="true">✓ </span>
            {names.enough}
          </li>
        )}
        <li>
          <SupplierSays standing={needed.supplier} />
        </li>
        {needed.runs.map((one) => (
          <li key={one.run.id}>
            <MarkText mark={runMark(one.run.state)} />{' '}
            <Link to="/tests/$id" params={{ id: one.run.id }}>
              {one.run.environment ?? messages.tests.pilot}
            </Link>{' '}
            <span className="hp-muted">{one.fault}</span>
          </li>
        ))}
        {needed.runs.length === 0 && (
          <li className="hp-muted">
            {names.noRun}{' '}
            <Link to="/tests" search={{ filter: `baseline:"${baseline.name}"` }}>
              {names.test}
            </Link>
          </li>
        )}
      </ul>
    </section>
  );
}

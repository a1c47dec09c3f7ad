// Declaring an emergency: it shortens what the policy lets it shorten, and never the backup, the way back and the reason.

import { Checkbox, FormGroup, Radio, TextInput } from '@patternfly/react-core';
import type { Emergency } from '../../api/types';
import { messages } from '../../messages';

const words = messages.baselines.proposeForm.emergency;

export interface EmergencyDraft {
  readonly declared: boolean;
  readonly reason: string;
  readonly backup: string;
  readonly hasWay: boolean;
  /** The way back, or why there is none. */
  readonly way: string;
  readonly noWayBy: string;
  readonly keeps: boolean;
  /** What evidence was kept and where, or why none. */
  readonly evidence: string;
}

export const NO_EMERGENCY: EmergencyDraft = {
  declared: false,
  reason: '',
  backup: '',
  hasWay: true,
  way: '',
  noWayBy: '',
  keeps: true,
  evidence: '',
};

export function emergencyReady(draft: EmergencyDraft): boolean {
  const said = [draft.reason, draft.backup, draft.way, draft.evidence].every((text) => text.trim() !== '');
  return !draft.declared || (said && (draft.hasWay || draft.noWayBy.trim() !== ''));
}

/** As the API takes it; nothing when none is declared. */
export function emergencyBody(draft: EmergencyDraft): { emergency?: Emergency } {
  if (!draft.declared) {
    return {};
  }
  const way = draft.way.trim();
  const evidence = draft.evidence.trim();
  return {
    emergency: {
      reason: draft.reason.trim(),
      backup: draft.backup.trim(),
      ...(draft.hasWay ? { way_back: way } : { no_way_back: way, no_way_back_by: draft.noWayBy.trim() }),
      ...(draft.keeps ? { evidence } : { no_evidence: evidence }),
    },
  };
}

export function EmergencyFields({
  draft,
  set,
}: {
  draft: EmergencyDraft;
  set: (draft: EmergencyDraft) => void;
}) {
  const change = (part: Partial<EmergencyDraft>) => set({ ...draft, ...part });
  return (
    <>
      <Checkbox
        id="emergency"
        label={words.declare}
        description={words.text}
        isChecked={draft.declared}
        onChange={(_, declared) => change({ declared })}
      />
      {draft.declared && (
        <div className="hp-form-grid">
          <Line
            id="emergency-reason"
            label={words.reason}
            value={draft.reason}
            onChange={(reason) => change({ reason })}
          />
          <Line
            id="emergency-backup"
            label={words.backup}
            value={draft.backup}
            onChange={(backup) => change({ backup })}
          />
          <Either
            name="way"
            label={words.wayBack}
            yes={words.isWay}
            no={words.noWay}
            value={draft.hasWay}
            onChange={(hasWay) => change({ hasWay })}
          />
          <Line
            id="emergency-way"
            label={draft.hasWay ? words.way : words.whyNoWay}
            value={draft.way}
            onChange={(way) => change({ way })}
          />
          {!draft.hasWay && (
            <Line
              id="emergency-way-by"
              label={words.noWayBy}
              value={draft.noWayBy}
              onChange={(noWayBy) => change({ noWayBy })}
            />
          )}
          <Either
            name="evidence"
            label={words.evidence}
            yes={words.kept}
            no={words.notKept}
            value={draft.keeps}
            onChange={(keeps) => change({ keeps })}
          />
          <Line
            id="emergency-evidence"
            label={draft.keeps ? words.whatKept : words.whyNotKept}
            value={draft.evidence}
            onChange={(evidence) => change({ evidence })}
          />
        </div>
      )}
    </>
  );
}

function Line({
  id,
  label,
  value,
  onChange,
}: {
  id: string;
  label: string;
  value: string;
  onChange: (value: string) => void;
}) {
  return (
    <FormGroup label={label} fieldId={id} isRequired>
      <TextInput id={id} maxLength={2000} value={value} onChange={(_, said) => onChange(said)} />
    </FormGroup>
  );
}

function Either({
  name,
  label,
  yes,
  no,
  value,
  onChange,
}: {
  name: string;
  label: string;
  yes: string;
  no: string;
  value: boolean;
  onChange: (value: boolean) => void;
}) {
  return (
    <FormGroup label={label} role="radiogroup" fieldId={`emergency-${name}`} isInline>
      <Radio
        id={`emergency-${name}-yes`}
        name={`emergency-${name}`}
        label={yes}
        isChecked={value}
        onChange={() => onChange(true)}
      />
      <Radio
        id={`emergency-${name}-no`}
        name={`emergency-${name}`}
        label={no}
        isChecked={!value}
        onChange={() => onChange(false)}
      />
    </FormGroup>
  );
}

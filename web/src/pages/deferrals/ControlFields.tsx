// The controls of a proposal: which, what exactly, who looks after it, what it costs.

import { Button, FormGroup, FormSelect, FormSelectOption, TextInput } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { api, data } from '../../api/client';
import { messages } from '../../messages';
import { spoken } from '../../text/words';

const names = messages.deferrals.form;

export interface ControlDraft {
  readonly key: number;
  readonly control: string;
  readonly what: string;
  readonly owner: string;
  readonly cost: string;
  readonly work: string;
  readonly downtime: string;
}

function number(text: string): number | undefined {
  const value = Number(text);
  return text.trim() === '' || !Number.isFinite(value) || value < 0 ? undefined : value;
}

/** A control as the API takes it; what nobody wrote stays unsaid. */
export function draftBody(one: ControlDraft) {
  const cost = number(one.cost);
  const work = number(one.work);
  const downtime = number(one.downtime);
  return {
    control: one.control,
    what: one.what.trim(),
    owner: one.owner.trim(),
    ...(cost === undefined ? {} : { cost_cents: Math.round(cost * 100) }),
    ...(work === undefined ? {} : { effort_min: Math.round(work) }),
    ...(downtime === undefined ? {} : { downtime_min: Math.round(downtime) }),
  };
}

export function useControls() {
  return useQuery({
    queryKey: ['controls'],
    queryFn: () => data(api.GET('/api/v1/controls')),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function ControlFields({
  controls,
  onChange,
}: {
  controls: readonly ControlDraft[];
  onChange: (controls: readonly ControlDraft[]) => void;
}) {
  const kinds = useControls().data?.items ?? [];
  const set = (key: number, part: Partial<ControlDraft>) =>
    onChange(controls.map((one) => (one.key === key ? { ...one, ...part } : one)));
  const add = () => {
    const key = Math.max(0, ...controls.map((one) => one.key)) + 1;
    onChange([...controls, { key, control: '', what: '', owner: '', cost: '', work: '', downtime: '' }]);
  };
  return (
    <fieldset className="hp-controls">
      <legend>{names.controls}</legend>
      {controls.map((one) => {
        const id = `control-${one.key}`;
        const proof = kinds.find((kind) => kind.control === one.control)?.evidence;
        const text = (field: 'what' | 'owner' | 'cost' | 'work' | 'downtime') => (
          <FormGroup
            label={names[field]}
            fieldId={`${id}-${field}`}
            isRequired={field === 'what' || field === 'owner'}
          >
            <TextInput
              id={`${id}-${field}`}
              maxLength={2000}
              inputMode={field === 'what' || field === 'owner' ? 'text' : 'decimal'}
              value={one[field]}
              onChange={(_, value) => set(one.key, { [field]: value })}
            />
          </FormGroup>
        );
        return (
          <div key={one.key} className="hp-control-draft">
            <FormGroup label={names.control} fieldId={`${id}-kind`} isRequired>
              <FormSelect
                id={`${id}-kind`}
                value={one.control}
                onChange={(_, control) => set(one.key, { control })}
              >
                <FormSelectOption value="" label={names.choose} />
                {kinds.map((kind) => (
                  <FormSelectOption key={kind.control} value={kind.control} label={spoken(kind.control)} />
                ))}
              </FormSelect>
            </FormGroup>
            {text('what')}
            {text('owner')}
            {text('cost')}
            {text('work')}
            {text('downtime')}
            <Button
              variant="link"
              isInline
              onClick={() => onChange(controls.filter((other) => other.key !== one.key))}
            >
              {names.remove}
            </Button>
            {proof && (
              <p className="hp-small hp-muted">
                {messages.deferrals.drawer.proof} {proof}.
              </p>
            )}
          </div>
        );
      })}
      <Button size="sm" variant="secondary" onClick={add}>
        {names.add}
      </Button>
    </fieldset>
  );
}

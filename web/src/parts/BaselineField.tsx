// Choosing a baseline by name.

import { FormGroup, FormSelect, FormSelectOption } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { api, data } from '../api/client';
import { messages } from '../messages';

/** The most baselines that the field offers; the API names any other. */
const MOST = 1000;

export function useBaselines() {
  return useQuery({
    queryKey: ['baselines', 'all'],
    queryFn: () => data(api.GET('/api/v1/baselines', { params: { query: { limit: MOST } } })),
  });
}

export function BaselineField({
  id,
  value,
  onChange,
  label = messages.approvals.baseline,
  none = messages.approvals.chooseBaseline,
  required = true,
}: {
  id: string;
  value: string;
  onChange: (name: string) => void;
  label?: string;
  /** Word of the first, empty choice. */
  none?: string;
  required?: boolean;
}) {
  const all = useBaselines().data?.items ?? [];
  return (
    <FormGroup label={label} fieldId={id} isRequired={required}>
      <FormSelect id={id} value={value} onChange={(_, name) => onChange(name)}>
        <FormSelectOption value="" label={none} />
        {all.map((line) => (
          <FormSelectOption key={line.baseline.id} value={line.baseline.name} label={line.baseline.name} />
        ))}
      </FormSelect>
    </FormGroup>
  );
}

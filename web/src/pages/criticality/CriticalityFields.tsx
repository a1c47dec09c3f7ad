// What is lost, dimension by dimension: as fields, and as words.

import { FormGroup, FormSelect, FormSelectOption } from '@patternfly/react-core';
import type { Criticality } from '../../api/types';
import { messages } from '../../messages';
import { Unknown } from '../../parts/MarkText';

const words = messages.criticality;

export type Dimension = keyof typeof words.dimensions;

export const DIMENSIONS = Object.keys(words.dimensions) as readonly Dimension[];

export function CriticalityFields({
  value,
  onChange,
}: {
  value: Criticality;
  onChange: (value: Criticality) => void;
}) {
  return (
    <div className="hp-fields">
      {DIMENSIONS.map((dimension) => (
        <FormGroup key={dimension} label={words.dimensions[dimension]} fieldId={`lost-${dimension}`}>
          <FormSelect
            id={`lost-${dimension}`}
            value={value[dimension] ?? ''}
            onChange={(_, said) => onChange({ ...value, [dimension]: said === '' ? null : said })}
          >
            <FormSelectOption value="" label={words.unsaid} />
            {Object.entries(words.levels).map(([level, word]) => (
              <FormSelectOption key={level} value={level} label={word} />
            ))}
          </FormSelect>
        </FormGroup>
      ))}
    </div>
  );
}

/** One dimension in words; what nobody has said is `?`. */
export function Lost({ value }: { value: string | null | undefined }) {
  return value ? (words.levels[value] ?? value) : <Unknown />;
}

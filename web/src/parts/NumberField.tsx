// A whole number in a form. What is typed stays as it is; what it must be is said beside it.

import { FormGroup, FormHelperText, HelperText, HelperTextItem, TextInput } from '@patternfly/react-core';

export function NumberField({
  id,
  label,
  help,
  value,
  required,
  onChange,
}: {
  id: string;
  label: string;
  help?: string | undefined;
  value: string;
  required?: boolean;
  onChange: (value: string) => void;
}) {
  return (
    <FormGroup label={label} fieldId={id} isRequired={required === true}>
      <TextInput
        id={id}
        inputMode="numeric"
        pattern="[0-9]*"
        maxLength={9}
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

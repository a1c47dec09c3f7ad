// On which assets an exemption is: an asset by tag, a baseline, a zone or a site.

import { FormGroup, FormSelect, FormSelectOption, TextInput } from '@patternfly/react-core';
import type { Site } from '../../api/types';
import { messages } from '../../messages';
import { BaselineField } from '../../parts/BaselineField';

const names = messages.deferrals.form;

export function OnField({
  kind,
  value,
  sites,
  onChange,
}: {
  kind: string;
  value: string;
  sites: readonly Site[];
  onChange: (value: string) => void;
}) {
  if (kind === 'baseline') {
    return <BaselineField id="ex-on" value={value} onChange={onChange} />;
  }
  if (kind === 'asset') {
    return (
      <FormGroup label={names.on} fieldId="ex-on" isRequired>
        <TextInput id="ex-on" maxLength={200} value={value} onChange={(_, next) => onChange(next)} />
      </FormGroup>
    );
  }
  const choices: (readonly [string, string])[] =
    kind === 'site'
      ? sites.map((site) => [site.name, site.name] as const)
      : sites.flatMap((site) => site.zones.map((zone) => [zone.id, `${site.name}, ${zone.name}`] as const));
  return (
    <FormGroup
      label={kind === 'site' ? names.site : (messages.words.terms.zone ?? 'Zone')}
      fieldId="ex-on"
      isRequired
    >
      <FormSelect id="ex-on" value={value} onChange={(_, next) => onChange(next)}>
        <FormSelectOption value="" label={names.zoneHint} />
        {choices.map(([key, word]) => (
          <FormSelectOption key={key} value={key} label={word} />
        ))}
      </FormSelect>
    </FormGroup>
  );
}

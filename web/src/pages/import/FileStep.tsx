// Step 1: the file, and what it is.

import { Button, Form, FormGroup, FormSelect, FormSelectOption, TextInput } from '@patternfly/react-core';
import { messages } from '../../messages';
import { FileField } from '../../parts/FileField';
import type { Choice } from './ImportPage';

const words = messages.wizard;

export function FileStep({
  choice,
  busy,
  onChange,
  onNext,
}: {
  choice: Choice;
  busy: boolean;
  onChange: (patch: Partial<Choice>) => void;
  onNext: () => void;
}) {
  const needsAsset = choice.kind === 'cyclonedx';
  const name = choice.file?.name.toLowerCase() ?? '';
  const isWorkbook = name.endsWith('.xlsx');
  const mayHaveTable = !needsAsset && (isWorkbook || name.endsWith('.csv') || name.endsWith('.txt'));
  return (
    <Form
      onSubmit={(event) => {
        event.preventDefault();
        onNext();
      }}
    >
      <p>{words.fileText}</p>
      <FileField
        label={messages.actions.choose}
        hint={words.drop}
        accept=".csv,.xlsx,.json,.xml,.txt"
        file={choice.file}
        onFile={(file) => onChange({ file, sheet: '', headerRow: '' })}
      />
      <FormGroup label={words.kind} fieldId="kind">
        <FormSelect id="kind" value={choice.kind} onChange={(_, kind) => onChange({ kind })}>
          {Object.entries(words.kinds).map(([value, label]) => (
            <FormSelectOption key={value} value={value} label={label} />
          ))}
        </FormSelect>
      </FormGroup>
      {needsAsset && (
        <FormGroup label={words.asset} fieldId="asset" isRequired>
          <TextInput
            id="asset"
            isRequired
            value={choice.asset}
            onChange={(_, asset) => onChange({ asset })}
          />
        </FormGroup>
      )}
      {mayHaveTable && (
        <>
          {isWorkbook && (
            <FormGroup label={words.sheet} fieldId="sheet">
              <TextInput
                id="sheet"
                maxLength={255}
                placeholder={words.sheetUsual}
                value={choice.sheet}
                onChange={(_, sheet) => onChange({ sheet })}
              />
            </FormGroup>
          )}
          <FormGroup label={words.headerRow} fieldId="header-row">
            <TextInput
              id="header-row"
              type="number"
              min={1}
              placeholder={words.headerRowUsual}
              value={choice.headerRow}
              onChange={(_, headerRow) => onChange({ headerRow })}
            />
          </FormGroup>
        </>
      )}
      <div className="hp-buttons">
        <Button
          type="submit"
          isLoading={busy}
          isDisabled={!choice.file || busy || (needsAsset && !choice.asset)}
        >
          {words.check}
        </Button>
      </div>
    </Form>
  );
}

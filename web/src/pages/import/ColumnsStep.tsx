// Step 2: what each column holds. Every column of the file is named, also those that are not taken.

import { Button, Form, FormGroup, TextInput } from '@patternfly/react-core';
import { useState } from 'react';
import type { AssetImport } from '../../api/types';
import { messages } from '../../messages';
import { spoken } from '../../text/words';
import type { Choice } from './ImportPage';

const words = messages.wizard;

const FIELDS = [
  'name',
  'site',
  'zone',
  'purdue_level',
  'kind',
  'vendor',
  'product',
  'order_number',
  'serial_number',
  'hardware_revision',
  'firmware_version',
  'os_name',
  'os_version',
  'ip',
  'mac',
  'owner',
  'location',
  'redundancy_group',
  'management',
  'end_of_support',
  'safety_consequence',
  'production_consequence',
  'environment_consequence',
  'quality_consequence',
  'data_consequence',
];
const INSTALLED = ['vendor', 'product', 'version', 'purl', 'cpe'];

/** The word that a column is not taken by. */
const IGNORE = 'ignore';

/** What columns can hold: the API's word, and how people say it. */
export const TARGETS: readonly (readonly [string, string])[] = [
  [IGNORE, words.notTaken],
  ['asset_tag', spoken('asset_tag')],
  ...FIELDS.map((field) => [`field:${field}`, spoken(field)] as const),
  ...INSTALLED.map((part) => [`installed:${part}`, words.installed(spoken(part))] as const),
  ['id', words.idTarget],
  ['etag', words.etagTarget],
];

/** The word of a target, whichever of its two forms the report uses. */
export function targetWord(field: string | null | undefined): string {
  if (!field) {
    return IGNORE;
  }
  const known = TARGETS.some(([word]) => word === field);
  return known ? field : `field:${field}`;
}

export function ColumnsStep({
  report,
  choice,
  busy,
  onBack,
  onNext,
}: {
  report: AssetImport;
  choice: Choice;
  busy: boolean;
  onBack: () => void;
  onNext: (columns: Record<string, string>, remember: string) => void;
}) {
  const [chosen, setChosen] = useState<Record<string, string>>(
    () =>
      choice.columns ??
      Object.fromEntries(report.columns.map((column) => [column.column, targetWord(column.field)])),
  );
  const [remember, setRemember] = useState(choice.remember);
  return (
    <Form
      onSubmit={(event) => {
        event.preventDefault();
        onNext(chosen, remember);
      }}
    >
      <p>{report.mapping_needed ? words.mappingNeeded : words.columnsText}</p>
      <table className="hp-table hp-table-auto hp-narrow-table">
        <caption className="hp-hidden">{words.columnsText}</caption>
        <thead>
          <tr>
            <th scope="col">{words.column}</th>
            <th scope="col">{words.takenFor}</th>
            <th scope="col">{words.how}</th>
          </tr>
        </thead>
        <tbody>
          {report.columns.map((column) => (
            <tr key={column.column}>
              <th scope="row">{column.column}</th>
              <td>
                <select
                  aria-label={`${words.takenFor}: ${column.column}`}
                  value={chosen[column.column] ?? IGNORE}
                  onChange={(event) => setChosen((old) => ({ ...old, [column.column]: event.target.value }))}
                >
                  {TARGETS.map(([word, label]) => (
                    <option key={word} value={word}>
                      {label}
                    </option>
                  ))}
                </select>
              </td>
              <td className="hp-muted">{column.how}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <FormGroup label={words.remember} fieldId="remember">
        <TextInput
          id="remember"
          maxLength={100}
          value={remember}
          onChange={(_, value) => setRemember(value)}
        />
      </FormGroup>
      <div className="hp-buttons">
        <Button type="submit" isLoading={busy} isDisabled={busy}>
          {words.check}
        </Button>
        <Button variant="link" onClick={onBack}>
          {messages.actions.back}
        </Button>
      </div>
    </Form>
  );
}

// Step 2: what each column holds. Every column of the file is named, also those that are not taken.

import { Button, Form, FormGroup, TextInput } from '@patternfly/react-core';
import { useState } from 'react';
import type { AssetImport } from '../../api/types';
import { messages } from '../../messages';
import type { Choice } from './ImportPage';
import { IGNORE, TARGETS, targetWord } from './targets';

const words = messages.wizard;

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

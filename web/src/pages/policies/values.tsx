// The values of a policy, as words and as fields that can be changed.

import { messages } from '../../messages';
import { Sentence } from '../../parts/Sentence';
import { type PolicyField, policyWords, writtenWord, writtenWords } from '../../text/policy';
import { spoken } from '../../text/words';

const words = messages.policies.one;

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The fields by their tables, in order, with the tables' names as people write them. */
export function tablesOf(fields: readonly PolicyField[]): [string, PolicyField[]][] {
  const tables = new Map<string, PolicyField[]>();
  for (const field of fields) {
    const name = field.table.split('.').map(spoken).join(': ');
    tables.set(capital(name), [...(tables.get(capital(name)) ?? []), field]);
  }
  return [...tables];
}

/** What a value is called and what it means. */
export function Meaning({ field }: { field: PolicyField }) {
  return (
    <>
      <span className="hp-policy-name">{capital(spoken(field.name))}</span>{' '}
      <span className="hp-muted">
        <Sentence text={field.about} />
      </span>
    </>
  );
}

function said(field: PolicyField, value: string): string {
  switch (field.shape.kind) {
    case 'count':
      return `${value} ${value === '1' ? field.shape.unit.replace(/s$/, '') : field.shape.unit}`.trim();
    case 'switch':
      return value === 'true' ? words.on : words.off;
    case 'word':
      return policyWords(value).map(spoken).join('');
    case 'words':
      return policyWords(value).map(spoken).join(', ') || words.empty;
    case 'line':
      return policyWords(value).join('');
  }
}

/** A value in words; where it is not as delivered, that too. */
export function ValueText({ field }: { field: PolicyField }) {
  return (
    <>
      <strong>{said(field, field.value)}</strong>
      {field.value !== field.brought && (
        <div className="hp-small hp-tone-running">
          <span aria-hidden="true">▷ </span>
          {words.own(said(field, field.brought))}
        </div>
      )}
    </>
  );
}

/** A field for a value. */
export function ValueField({
  field,
  id,
  onChange,
}: {
  field: PolicyField;
  id: string;
  onChange: (value: string) => void;
}) {
  const { shape, value } = field;
  switch (shape.kind) {
    case 'count':
      return (
        <span className="hp-count-field">
          <input
            id={id}
            type="number"
            min={shape.least}
            max={shape.most}
            value={value}
            onChange={(event) => onChange(event.target.value === '' ? '0' : event.target.value)}
          />{' '}
          {shape.unit}
        </span>
      );
    case 'switch':
      return (
        <select id={id} value={value} onChange={(event) => onChange(event.target.value)}>
          <option value="true">{words.on}</option>
          <option value="false">{words.off}</option>
        </select>
      );
    case 'word':
      return (
        <select
          id={id}
          value={policyWords(value)[0] ?? ''}
          onChange={(event) => onChange(writtenWord(event.target.value))}
        >
          {shape.words.map((word) => (
            <option key={word} value={word}>
              {spoken(word)}
            </option>
          ))}
        </select>
      );
    case 'line':
      return (
        <input
          id={id}
          maxLength={shape.most}
          value={policyWords(value)[0] ?? ''}
          onChange={(event) => onChange(writtenWord(event.target.value))}
        />
      );
    case 'words':
      return <WordBoxes field={field} words={shape.words} onChange={onChange} />;
  }
}

function WordBoxes({
  field,
  words: all,
  onChange,
}: {
  field: PolicyField;
  words: readonly string[];
  onChange: (value: string) => void;
}) {
  const chosen = policyWords(field.value);
  const toggle = (word: string) =>
    onChange(
      writtenWords(all.filter((other) => (other === word ? !chosen.includes(word) : chosen.includes(other)))),
    );
  return (
    <fieldset className="hp-word-boxes">
      <legend className="hp-hidden">{field.about}</legend>
      {all.map((word) => (
        <label key={word}>
          <input type="checkbox" checked={chosen.includes(word)} onChange={() => toggle(word)} />{' '}
          {spoken(word)}
        </label>
      ))}
    </fieldset>
  );
}

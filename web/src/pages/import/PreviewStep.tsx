// Step 3: what would happen, row by row. Nothing has been written yet.

import { Button, Form, FormGroup, Radio, TextInput } from '@patternfly/react-core';
import type { AssetImport } from '../../api/types';
import { messages } from '../../messages';
import { Section } from '../../parts/Facts';
import { grouped } from '../../parts/ListBody';
import { Said } from '../../parts/MarkText';
import { Sentence } from '../../parts/Sentence';
import { spoken } from '../../text/words';
import type { Choice } from './ImportPage';

const words = messages.wizard;

export function PreviewStep({
  report,
  choice,
  busy,
  onChange,
  onMode,
  onBack,
  onNext,
}: {
  report: AssetImport;
  choice: Choice;
  busy: boolean;
  onChange: (patch: Partial<Choice>) => void;
  onMode: (mode: Choice['mode']) => void;
  onBack: () => void;
  onNext: () => void;
}) {
  const blocked = report.rejected.length > 0 && choice.mode === 'all_or_nothing';
  const nothing = report.new + report.changed === 0;
  return (
    <Form
      onSubmit={(event) => {
        event.preventDefault();
        onNext();
      }}
    >
      <h2>{words.preview}</h2>
      <ReportCounts report={report} />
      {report.rejected.length > 0 && (
        <Rejected report={report} mode={choice.mode} blocked={blocked} onMode={onMode} />
      )}
      {nothing && !blocked && <p className="hp-note">{words.nothing}</p>}
      <Warnings report={report} />
      <Changes report={report} />
      <FormGroup label={messages.actions.reason} fieldId="reason">
        <TextInput
          id="reason"
          maxLength={500}
          value={choice.reason}
          onChange={(_, reason) => onChange({ reason })}
        />
      </FormGroup>
      <div className="hp-buttons">
        <Button type="submit" isLoading={busy} isDisabled={busy || blocked || nothing}>
          {messages.actions.apply}
        </Button>
        <Button variant="link" onClick={onBack}>
          {messages.actions.back}
        </Button>
      </div>
    </Form>
  );
}

export function ReportCounts({ report }: { report: AssetImport }) {
  const counts = [
    [words.rows, report.rows],
    [words.new, report.new],
    [words.changed, report.changed],
    [words.unchanged, report.unchanged],
    [words.rejected, report.rejected.length],
  ] as const;
  return (
    <dl className="hp-numbers">
      {counts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            {grouped(value)}
            {name === words.rejected && value > 0 && <span className="hp-tone-due"> ▲</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Rejected({
  report,
  mode,
  blocked,
  onMode,
}: {
  report: AssetImport;
  mode: Choice['mode'];
  blocked: boolean;
  onMode: (mode: Choice['mode']) => void;
}) {
  return (
    <Section title={words.rejected}>
      <ul>
        {report.rejected.map((row) => (
          <li key={`${row.row} ${row.reason}`}>
            {words.row} {row.row}: <Sentence text={row.reason} />
          </li>
        ))}
      </ul>
      <fieldset className="hp-grants hp-choice">
        <legend>{words.mode}</legend>
        <Radio
          id="all"
          name="mode"
          label={words.allOrNothing}
          isChecked={mode === 'all_or_nothing'}
          onChange={() => onMode('all_or_nothing')}
        />
        <Radio
          id="valid"
          name="mode"
          label={words.validRows}
          isChecked={mode === 'valid_rows'}
          onChange={() => onMode('valid_rows')}
        />
      </fieldset>
      {blocked && <p className="hp-note">{words.blocked}</p>}
    </Section>
  );
}

function Warnings({ report }: { report: AssetImport }) {
  if (report.warnings.length === 0) {
    return null;
  }
  return (
    <Section title={words.warnings}>
      <ul>
        {report.warnings.slice(0, 50).map((warning) => (
          <li key={`${warning.code} ${warning.place} ${warning.message}`}>
            <span className="hp-muted">{warning.place}</span> <Sentence text={warning.message} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Changes({ report }: { report: AssetImport }) {
  if (report.changes.length === 0) {
    return null;
  }
  return (
    <Section title={words.differences}>
      {report.changes.length < report.new + report.changed && <p>{words.cut(report.changes.length)}</p>}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <section className="hp-inner-scroll" tabIndex={0} aria-label={words.differences}>
        <table className="hp-table hp-table-auto">
          <caption className="hp-hidden">{words.differences}</caption>
          <thead>
            <tr>
              <th scope="col">{messages.assets.columns.tag}</th>
              <th scope="col" className="hp-right">
                {words.row}
              </th>
              <th scope="col">{words.action}</th>
              <th scope="col">{words.differences}</th>
            </tr>
          </thead>
          <tbody>
            {report.changes.map((change) => (
              <tr key={`${change.row} ${change.asset_tag}`}>
                <th scope="row">{change.asset_tag}</th>
                <td className="hp-right">{change.row}</td>
                <td>{change.action === 'new' ? words.new : words.changed}</td>
                <td className="hp-wrap">
                  {change.fields.map((field) => (
                    <span key={field.field} className="hp-difference">
                      <span className="hp-muted">{spoken(field.field)}</span>{' '}
                      {change.action !== 'new' && (
                        <>
                          <Said value={field.before} /> <span aria-hidden="true">→</span>{' '}
                        </>
                      )}
                      <Said value={field.after} />
                    </span>
                  ))}
                  {change.software_added.map((one) => (
                    <span key={`+${one}`} className="hp-difference">
                      + {one}
                    </span>
                  ))}
                  {change.software_removed.map((one) => (
                    <span key={`-${one}`} className="hp-difference">
                      − {one}
                    </span>
                  ))}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </Section>
  );
}

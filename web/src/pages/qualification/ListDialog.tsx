// Taking a supplier's qualification list in: the file is read and shown first, then exactly that is kept.

import { FormGroup, FormSelect, FormSelectOption } from '@patternfly/react-core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, data, upload } from '../../api/client';
import type { StatementImport } from '../../api/types';
import { messages } from '../../messages';
import { Dialog } from '../../parts/Dialog';
import { Facts, Section } from '../../parts/Facts';
import { FileField } from '../../parts/FileField';
import { keyed } from '../../parts/keyed';
import { grouped } from '../../parts/ListBody';
import { MarkText, Said } from '../../parts/MarkText';
import { Sentence } from '../../parts/Sentence';
import { supplierStateMark } from '../../text/words';
import { listImport as words } from '../../words/lists';
import { TextField } from '../plans/ProposeDialog';

export function ListDialog({ onClose }: { onClose: () => void }) {
  const queries = useQueryClient();
  const [file, setFile] = useState<File>();
  const [mapping, setMapping] = useState('');
  const [reason, setReason] = useState('');
  const mappings = useQuery({
    queryKey: ['statement-mappings'],
    queryFn: () => data(api.GET('/api/v1/statement-mappings')),
  });
  const send = useMutation({
    mutationFn: async ({ chosen, dry }: { chosen: File; dry: boolean }) => ({
      dry,
      report: await upload<StatementImport>(
        '/api/v1/statements:import',
        { name: chosen.name, mapping, dry_run: dry ? 'true' : undefined, reason: reason.trim() },
        chosen,
      ),
    }),
    onSuccess: ({ dry }) => (dry ? undefined : queries.invalidateQueries()),
  });
  const done = send.data;
  const isTaken = done !== undefined && !done.dry;
  const again = () => send.reset();
  return (
    <Dialog
      title={words.title}
      text={words.text}
      submit={isTaken ? undefined : done ? words.take : words.look}
      wide
      ready={file !== undefined}
      busy={send.isPending}
      error={send.error}
      onSubmit={() => file && send.mutate({ chosen: file, dry: done === undefined })}
      onClose={onClose}
    >
      {!isTaken && (
        <>
          <FileField
            label={words.file}
            hint={words.hint}
            accept=".csv,.xlsx,.xml"
            file={file}
            onFile={(next) => {
              setFile(next);
              again();
            }}
          />
          <FormGroup label={words.mapping} fieldId="list-mapping">
            <FormSelect
              id="list-mapping"
              value={mapping}
              onChange={(_, next) => {
                setMapping(next);
                again();
              }}
            >
              <FormSelectOption value="" label={words.fits} />
              {mappings.data?.items.map((one) => (
                <FormSelectOption key={one.name} value={one.name} label={`${one.name}: ${one.title}`} />
              ))}
            </FormSelect>
          </FormGroup>
          <TextField id="reason" label={messages.actions.reason} value={reason} onChange={setReason} />
        </>
      )}
      {done && (
        <div role="status">
          <p className="hp-sentence">{isTaken ? words.taken : words.dry}</p>
          <Report report={done.report} isTaken={isTaken} />
        </div>
      )}
    </Dialog>
  );
}

/** How it stands to what is known comes out when it is kept. */
function against(report: StatementImport): [string, string][] {
  return [
    [words.new, grouped(report.new)],
    [words.changed, grouped(report.changed)],
    [words.unchanged, grouped(report.unchanged)],
    [words.older, grouped(report.older)],
  ];
}

function Report({ report, isTaken }: { report: StatementImport; isTaken: boolean }) {
  return (
    <>
      {report.known && <p>{words.known}</p>}
      <Facts
        rows={[
          [words.by, report.mapping],
          [words.publisher, report.publisher],
          [words.statements, grouped(report.statements)],
          ...(isTaken ? against(report) : []),
          [
            words.notUnderstood,
            <span key="u" className={report.not_understood > 0 ? 'hp-tone-unsure' : undefined}>
              {grouped(report.not_understood)}
            </span>,
          ],
          [words.blanks, grouped(report.blanks)],
        ]}
      />
      {report.unknown_words.length > 0 && (
        <Section title={words.unknownWords} top>
          <p className="hp-muted">{words.unknownNote}</p>
          <ul>
            {report.unknown_words.map((one) => (
              <li key={`${one.word} ${one.first_place}`}>
                {words.wordAt(
                  one.word ? `“${one.word}”` : words.emptyCell,
                  grouped(one.statements),
                  one.first_place,
                )}
              </li>
            ))}
          </ul>
        </Section>
      )}
      {report.remarks.length > 0 && (
        <Section title={words.remarks} top>
          <ul>
            {keyed(report.remarks, (one) => one).map(({ key, item }) => (
              <li key={key}>
                <Sentence text={item} />
              </li>
            ))}
          </ul>
        </Section>
      )}
      {report.sample.length > 0 && <Sample rows={report.sample} />}
    </>
  );
}

function Sample({ rows }: { rows: StatementImport['sample'] }) {
  return (
    <Section title={words.sample} top>
      <table className="hp-table hp-table-auto hp-table-wrap">
        <caption className="hp-hidden">{words.sample}</caption>
        <thead>
          <tr>
            <th scope="col">{words.columns.patch}</th>
            <th scope="col">{words.columns.product}</th>
            <th scope="col">{words.columns.word}</th>
            <th scope="col">{words.columns.state}</th>
            <th scope="col">{words.columns.place}</th>
          </tr>
        </thead>
        <tbody>
          {keyed(rows, (one) => `${one.patch} ${one.product} ${one.version} ${one.platform}`).map(
            ({ key, item }) => (
              <tr key={key}>
                <th scope="row">{item.patch}</th>
                <td>
                  {item.vendor} {item.product} {item.version ?? messages.qualification.versionNotSaid}
                  {item.platform && ` (${item.platform})`}
                </td>
                <td>“{item.word}”</td>
                <td>
                  <MarkText mark={supplierStateMark(item.state)} />
                </td>
                <td>
                  <Said value={item.source.place} />
                </td>
              </tr>
            ),
          )}
        </tbody>
      </table>
    </Section>
  );
}

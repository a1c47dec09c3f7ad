// A calendar of others: what it would change is shown, and exactly that can be taken.

import { FormGroup, FormSelect, FormSelectOption } from '@patternfly/react-core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, data } from '../../api/client';
import { messages } from '../../messages';
import { Dialog } from '../../parts/Dialog';
import { FileField } from '../../parts/FileField';
import { useView } from '../../view';
import { calendarFiles as words } from '../../words/travel';
import { TextField } from '../plans/ProposeDialog';

export function ImportDialog({ onClose }: { onClose: () => void }) {
  const [view] = useView();
  const queries = useQueryClient();
  const [site, setSite] = useState(view.site ?? '');
  const [kind, setKind] = useState('maintenance');
  const [reason, setReason] = useState('');
  const [file, setFile] = useState<File>();
  const send = useMutation({
    mutationFn: async (accept: string | null) =>
      data(
        api.POST('/api/v1/windows:import', {
          body: { site: site.trim(), kind, text: (await file?.text()) ?? '', accept, reason },
        }),
      ),
    onSuccess: async (done) => {
      if (done.accepted) {
        await queries.invalidateQueries();
      }
    },
  });
  const shown = send.data;
  const waits = shown && !shown.accepted ? shown : undefined;
  const changes = shown?.changes.filter((one) => one.what !== 'same') ?? [];
  const again = (set: (value: string) => void) => (value: string) => {
    set(value);
    send.reset();
  };
  return (
    <Dialog
      wide
      title={words.take}
      text={words.takeText}
      submit={shown?.accepted ? undefined : waits && changes.length > 0 ? words.accept : words.look}
      ready={site.trim() !== '' && file !== undefined && !(waits && changes.length === 0)}
      busy={send.isPending}
      error={send.error}
      onSubmit={() => send.mutate(waits ? waits.mark : null)}
      onClose={onClose}
    >
      <TextField id="ics-site" label={words.site} required value={site} onChange={again(setSite)} />
      <FormGroup label={words.kind} fieldId="ics-kind">
        <FormSelect id="ics-kind" value={kind} onChange={(_, value) => again(setKind)(value)}>
          {Object.entries(messages.calendar.kinds).map(([value, label]) => (
            <FormSelectOption key={value} value={value} label={label} />
          ))}
        </FormSelect>
      </FormGroup>
      <FileField
        label={words.file}
        hint={words.fileHint}
        accept=".ics,text/calendar"
        file={file}
        onFile={(next) => {
          setFile(next);
          send.reset();
        }}
      />
      <TextField id="ics-reason" label={messages.actions.reason} value={reason} onChange={setReason} />
      <div role="status">
        {shown?.accepted && <p>{words.taken}</p>}
        {shown && changes.length === 0 && <p>{words.none}</p>}
        {changes.length > 0 && (
          <table className="hp-table">
            <thead>
              <tr>
                <th scope="col">{words.columns.what}</th>
                <th scope="col">{words.columns.name}</th>
                <th scope="col">{words.columns.before}</th>
                <th scope="col">{words.columns.after}</th>
              </tr>
            </thead>
            <tbody>
              {changes.map((one) => (
                <tr key={one.uid}>
                  <td>{words.whats[one.what] ?? one.what}</td>
                  <td>{one.name}</td>
                  <td>{one.before ?? '–'}</td>
                  <td>{one.after ?? '–'}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        {shown && shown.warnings.length > 0 && (
          <>
            <p>{words.warnings}</p>
            <ul className="hp-list">
              {shown.warnings.map((warning) => (
                <li key={warning}>{warning}</li>
              ))}
            </ul>
          </>
        )}
      </div>
    </Dialog>
  );
}

// One entry of the audit log: what stood before, what stands after, and its place in the chain.

import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, data } from '../../api/client';
import type { AuditEntry } from '../../api/types';
import { messages } from '../../messages';
import { Drawer } from '../../parts/Drawer';
import { Facts, Section } from '../../parts/Facts';
import { NotApplicable, Said, When } from '../../parts/MarkText';
import { ProblemNote } from '../../parts/ProblemNote';
import { spoken } from '../../text/words';
import { Actor } from './AuditPage';
import { differences, valueText } from './differences';

const words = messages.audit;

export function AuditDrawer({ sequence, onClose }: { sequence: string; onClose: () => void }) {
  const entry = useQuery({
    queryKey: ['audit-entry', sequence],
    queryFn: () =>
      data(api.GET('/api/v1/audit/{sequence}', { params: { path: { sequence: Number(sequence) } } })),
  });
  const found = entry.data;
  return (
    <Drawer
      title={found?.action ?? words.entry(Number(sequence))}
      kicker={words.entry(Number(sequence))}
      onClose={onClose}
    >
      {entry.error && <ProblemNote error={entry.error} onRetry={() => void entry.refetch()} />}
      {found && <EntryText entry={found} />}
    </Drawer>
  );
}

function EntryText({ entry }: { entry: AuditEntry }) {
  const rows = differences(entry.details);
  return (
    <>
      <Facts
        rows={[
          [words.columns.at, <When key="at" at={entry.at} />],
          [words.columns.actor, <Actor key="actor" actor={entry.actor} />],
          [words.columns.via, entry.via],
          [words.columns.reason, entry.reason || <NotApplicable key="reason" />],
          [words.objects, <ObjectLinks key="objects" entry={entry} />],
        ]}
      />
      {rows.length > 0 && (
        <Section title={words.details}>
          <table className="hp-table hp-table-auto">
            <caption className="hp-hidden">{words.details}</caption>
            <thead>
              <tr>
                <th scope="col">{words.field}</th>
                <th scope="col">{words.before}</th>
                <th scope="col">{words.after}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.field}>
                  <th scope="row">{spoken(row.field)}</th>
                  <td className="hp-wrap">
                    <Said value={valueText(row.before)} />
                  </td>
                  <td className="hp-wrap">
                    <Said value={valueText(row.after)} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Section>
      )}
      <Section title={words.all}>
        <pre className="hp-mono hp-json">{JSON.stringify(entry.details, null, 2)}</pre>
      </Section>
      <Facts
        rows={[
          [
            words.hash,
            <span key="h" className="hp-mono hp-break">
              {entry.hash}
            </span>,
          ],
          [
            words.previous,
            <span key="p" className="hp-mono hp-break">
              {entry.previous}
            </span>,
          ],
        ]}
      />
    </>
  );
}

function ObjectLinks({ entry }: { entry: AuditEntry }) {
  if (entry.objects.length === 0) {
    return <NotApplicable />;
  }
  return (
    <ul className="hp-plain-list">
      {entry.objects.map((one) => {
        const text = `${spoken(one.kind)} ${one.id}`;
        const page = one.kind === 'asset' ? 'assets' : one.kind === 'advisory' ? 'advisories' : undefined;
        return (
          <li key={text} className="hp-break">
            {page ? <Link to={`/${page}/${encodeURIComponent(one.id)}`}>{text}</Link> : text}
          </li>
        );
      })}
    </ul>
  );
}

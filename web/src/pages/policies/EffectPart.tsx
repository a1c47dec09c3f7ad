// What a policy would change if it were published now: groups with their rows, and what could not be told.

import { useMutation } from '@tanstack/react-query';
import { api, data } from '../../api/client';
import type { PolicyEffect, PolicyEffectGroup } from '../../api/types';
import { messages } from '../../messages';
import { Section } from '../../parts/Facts';
import { grouped } from '../../parts/ListBody';
import { ProblemNote } from '../../parts/ProblemNote';
import { Sentence } from '../../parts/Sentence';
import { spoken } from '../../text/words';

const words = messages.policies.change;
const MORE = 100;

export function EffectPart({ text, effect }: { text: string; effect: PolicyEffect }) {
  return (
    <Section title={words.effect} top>
      <p role="status">{words.effectOf(grouped(effect.looked_at), effect.looked_at_what)}</p>
      {effect.groups.length === 0 && <p>{words.noEffect}</p>}
      {effect.groups.map((group) => (
        <Group key={`${group.key} ${text.length}`} text={text} group={group} />
      ))}
      {effect.notes.length > 0 && (
        <>
          <h3>{words.notes}</h3>
          <ul className="hp-plain-list">
            {effect.notes.map((note) => (
              <li key={note} className="hp-tone-unsure">
                <span aria-hidden="true">? </span>
                <Sentence text={note} />
              </li>
            ))}
          </ul>
        </>
      )}
    </Section>
  );
}

function Group({ text, group }: { text: string; group: PolicyEffectGroup }) {
  const more = useMutation({
    mutationFn: async () => {
      const body = { text, group: group.key, limit: MORE };
      const found = await data(api.POST('/api/v1/policies:dry-run', { body }));
      return found.groups.find((one) => one.key === group.key)?.rows ?? [];
    },
  });
  const rows = more.data ?? group.rows;
  return (
    <details className="hp-raw hp-effect-group" open={group.rows.length > 0}>
      <summary>
        <strong>{grouped(group.count)}</strong> {group.title}{' '}
        <span className="hp-muted">· {group.then === 'review' ? words.review : words.changes}</span>
      </summary>
      <table className="hp-table hp-table-wrap">
        <thead>
          <tr>
            <th scope="col">{group.title}</th>
            <th scope="col">{words.now}</th>
            <th scope="col">{words.after}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={`${row.noun} ${row.id} ${row.to}`}>
              <th scope="row">
                {row.title} <span className="hp-small hp-muted">{spoken(row.noun)}</span>
              </th>
              <td>{row.from}</td>
              <td>{row.to}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length < group.count && (
        <p className="hp-small hp-muted">
          {words.rest(rows.length, grouped(group.count))}{' '}
          {!more.data && (
            <button type="button" className="hp-link" disabled={more.isPending} onClick={() => more.mutate()}>
              {words.moreRows}
            </button>
          )}
        </p>
      )}
      {more.error && <ProblemNote error={more.error} />}
    </details>
  );
}

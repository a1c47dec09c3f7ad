// A look at a plan with the facts of now: what changed since it was made, and what the checker finds.

import { useQuery } from '@tanstack/react-query';
import { api, data } from '../../api/client';
import type { PlanShown } from '../../api/types';
import { messages } from '../../messages';
import { Section } from '../../parts/Facts';
import { MarkText, When } from '../../parts/MarkText';
import { ProblemNote } from '../../parts/ProblemNote';
import { WholeTable } from '../../parts/WholeTable';

const words = messages.plans;

export function CheckTab({ id, inputs }: { id: string; inputs: PlanShown['inputs'] }) {
  const check = useQuery({
    queryKey: ['plan-check', id],
    queryFn: () => data(api.GET('/api/v1/plans/{id}/check', { params: { path: { id } } })),
  });
  const found = check.data;
  const kind = (one: { kind: string }) => words.inputKinds[one.kind] ?? one.kind;
  return (
    <div className="hp-stack">
      {check.error && <ProblemNote error={check.error} onRetry={() => void check.refetch()} />}
      {check.isPending && (
        <p className="hp-loading" role="status">
          {messages.list.loading} …
        </p>
      )}
      {found && (
        <p>
          {words.checkAt} <When at={found.at} />
          {found.holds && `. ${words.checkHolds}`}
        </p>
      )}
      {found && found.remarks.length > 0 && (
        <Section title={words.remarks} top>
          <ul className="hp-list">
            {found.remarks.map((remark) => (
              <li key={remark}>{remark}</li>
            ))}
          </ul>
        </Section>
      )}
      {found && found.stale.length > 0 && (
        <Section title={words.checkStale} top>
          <WholeTable
            label={words.checkStale}
            rows={found.stale}
            rowKey={(row) => `${row.kind} ${row.what}`}
            columns={[
              { title: words.step.asset, render: (row) => `${kind(row)}: ${row.what}` },
              { title: words.was, render: (row) => row.was ?? words.gone },
              { title: words.is, render: (row) => row.is ?? words.gone },
            ]}
          />
        </Section>
      )}
      {found && found.findings.length > 0 && (
        <Section title={words.checkFindings} top>
          <ul className="hp-list">
            {found.findings.map((one) => (
              <li key={`${one.step} ${one.promise} ${one.what}`}>
                <MarkText
                  mark={{
                    symbol: '▲',
                    word: one.step === 0 ? words.whole : `${words.step.number} ${one.step}`,
                    tone: 'due',
                  }}
                />{' '}
                {one.what}
              </li>
            ))}
          </ul>
        </Section>
      )}
      <Section title={words.inputs} top>
        <WholeTable
          label={words.inputs}
          rows={inputs}
          rowKey={(row) => `${row.kind} ${row.what}`}
          columns={[
            { title: words.step.asset, render: (row) => `${kind(row)}: ${row.what}` },
            {
              title: words.was,
              render: (row) => (
                <>
                  {row.value}
                  {row.said_by && (
                    <>
                      ; {words.saidBy(row.said_by)} <When at={row.said_at} />
                    </>
                  )}
                </>
              ),
            },
          ]}
        />
      </Section>
    </div>
  );
}

/** What changed since a plan was released, in front of whoever begins it. */
export function ChangedSince({ id }: { id: string }) {
  const check = useQuery({
    queryKey: ['plan-check', id],
    queryFn: () => data(api.GET('/api/v1/plans/{id}/check', { params: { path: { id } } })),
  });
  const found = check.data;
  if (check.error) {
    return <ProblemNote error={check.error} onRetry={() => void check.refetch()} />;
  }
  if (!found) {
    return (
      <p className="hp-loading" role="status">
        {words.looking} …
      </p>
    );
  }
  if (found.holds) {
    return <p className="hp-note">{words.nothingChanged}</p>;
  }
  return (
    <section className="hp-changed">
      <h2 className="hp-small">{words.changedSince}</h2>
      <ul className="hp-list">
        {found.stale.map((one) => (
          <li key={`${one.kind} ${one.what}`}>
            {words.inputKinds[one.kind] ?? one.kind} {one.what}: {one.was ?? words.gone} →{' '}
            {one.is ?? words.gone}
          </li>
        ))}
        {found.findings.map((one) => (
          <li key={`${one.step} ${one.promise} ${one.what}`}>
            {one.step === 0 ? words.whole : `${words.step.number} ${one.step}`}: {one.what}
          </li>
        ))}
      </ul>
      <p>{words.judgedAtTurn}</p>
    </section>
  );
}

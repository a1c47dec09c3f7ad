// One work order: the sheet as it is printed, what makes it stale, and what came back.

import { Button } from '@patternfly/react-core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { api, data, download } from '../../api/client';
import { useMay } from '../../api/session';
import type { WorkOrder } from '../../api/types';
import { messages } from '../../messages';
import { When } from '../../parts/MarkText';
import { Page } from '../../parts/Page';
import { ProblemNote } from '../../parts/ProblemNote';
import { workOrders as words } from '../../words/travel';
import { BeginDialog, ObserveDialog, TellDialog } from './WorkDialogs';

export function WorkOrderPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const [open, setOpen] = useState<'begin' | 'tell' | 'observe'>();
  const mayPlan = useMay('write-plans');
  const found = useQuery({
    queryKey: ['work-order', id],
    queryFn: () => data(api.GET('/api/v1/work-orders/{id}', { params: { path: { id } } })),
  });
  const stick = useMutation({
    mutationFn: (order: string) => download('/api/v1/work-orders:bundle', { orders: [order], reason: '' }),
  });
  const one = found.data;
  const state = one?.order.state;
  const close = () => setOpen(undefined);
  return (
    <Page
      title={one ? words.one(one.order.number) : words.title}
      actions={
        <span className="hp-no-print hp-work-actions">
          <Button variant="secondary" onClick={() => window.print()}>
            {words.print}
          </Button>
          {one && mayPlan && (state === 'issued' || state === 'begun') && (
            <Button
              variant="secondary"
              title={words.stick.makeTitle}
              isDisabled={stick.isPending}
              onClick={() => stick.mutate(one.order.id)}
            >
              {words.stick.make}
            </Button>
          )}
          {mayPlan && state === 'issued' && (
            <Button variant="secondary" onClick={() => setOpen('begin')}>
              {words.begin}
            </Button>
          )}
          {mayPlan && (state === 'issued' || state === 'begun') && (
            <Button variant="primary" onClick={() => setOpen('tell')}>
              {words.tell}
            </Button>
          )}
          {mayPlan && state === 'told' && (
            <Button variant="primary" onClick={() => setOpen('observe')}>
              {words.observe}
            </Button>
          )}
        </span>
      }
    >
      {found.error && <ProblemNote error={found.error} onRetry={() => void found.refetch()} />}
      {stick.error && <ProblemNote error={stick.error} />}
      {stick.isSuccess && (
        <p className="hp-no-print" role="status">
          {words.stick.made}
        </p>
      )}
      {found.isPending && (
        <p className="hp-loading" role="status">
          {messages.list.loading} …
        </p>
      )}
      {one && <Sheet one={one} />}
      {one && open === 'begin' && <BeginDialog one={one} onClose={close} />}
      {one && open === 'tell' && <TellDialog one={one} onClose={close} />}
      {one && open === 'observe' && <ObserveDialog one={one} onClose={close} />}
    </Page>
  );
}

function Sheet({ one }: { one: WorkOrder }) {
  const sheet = one.sheet;
  const facts: readonly (readonly [string, string])[] = [
    [words.plan, `${sheet.plan}, ${words.step} ${sheet.step}`],
    [words.window, `${sheet.site} · ${sheet.window}`],
    [words.start, sheet.start],
    [words.lastSafe, sheet.last_safe_start],
    [words.over, sheet.free_at],
    [words.minutes, words.minutesText(sheet.work_minutes, sheet.undo_minutes)],
    [words.people, String(sheet.people)],
    ...sheet.facts.map((fact) => [fact.label, fact.value] as const),
  ];
  return (
    <article className="hp-sheet">
      {one.order.state === 'withdrawn' && (
        <div className="hp-sheet-stale" role="alert">
          <strong>{words.withdrawn}</strong>
        </div>
      )}
      {one.order.halt && (
        <div className="hp-sheet-stale" role="alert">
          <strong>{words.halt}</strong>
          <p>{one.order.halt}</p>
          <p>{words.haltDo}</p>
        </div>
      )}
      {one.stale.length > 0 && (
        <div className="hp-sheet-stale" role="alert">
          <strong>{words.stale}</strong>
          <ul className="hp-list">
            {one.stale.map((text) => (
              <li key={text}>{text}</li>
            ))}
          </ul>
          <p>{words.staleDo}</p>
        </div>
      )}
      <header className="hp-sheet-head">
        <div>
          <h2>
            {sheet.patch}
            <br />
            {sheet.asset}
          </h2>
          <p>
            {words.revision(one.order.revision)} · {words.states[one.order.state] ?? one.order.state} ·{' '}
            <Link to="/plans/$id" params={{ id: one.order.plan_id }}>
              {one.order.plan}
            </Link>
          </p>
        </div>
        <figure>
          <img
            className="hp-sheet-code"
            alt={words.code}
            src={`data:image/svg+xml;base64,${btoa(one.picture)}`}
          />
          <figcaption className="hp-small">{one.code}</figcaption>
        </figure>
      </header>
      <dl className="hp-sheet-facts">
        {facts.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {sheet.files.length > 0 && (
        <>
          <h3>{words.files}</h3>
          <ul className="hp-list hp-break">
            {sheet.files.map((file) => (
              <li key={file.label}>
                {file.label} {file.value}
              </li>
            ))}
          </ul>
        </>
      )}
      <Lines title={words.before} lines={sheet.before} />
      <Lines title={words.work} lines={sheet.work} />
      <section className="hp-sheet-stop">
        <h3>{words.stop}</h3>
        <ul className="hp-list">
          {sheet.stop.map((text) => (
            <li key={text}>{text}</li>
          ))}
        </ul>
        <h3>{words.wayBack}</h3>
        <p>{sheet.way_back}</p>
      </section>
      <p className="hp-sheet-sign">
        {words.sign} <span /> <span />
      </p>
      {one.results.length > 0 && (
        <section>
          <h3>{words.results}</h3>
          <ul className="hp-list">
            {one.results.map((result) => (
              <li key={result.entered_at}>
                {words.resultLine(result.done_by, words.words[result.word] ?? result.word)}{' '}
                <When at={result.done_at} /> {result.what}
              </li>
            ))}
          </ul>
        </section>
      )}
      <footer className="hp-small">{words.voidIf(one.order.revision, one.hash)}</footer>
    </article>
  );
}

function Lines({ title, lines }: { title: string; lines: WorkOrder['sheet']['work'] }) {
  return (
    <>
      <h3>{title}</h3>
      <ol className="hp-sheet-lines">
        {lines.map((line) => (
          <li key={line.number}>
            <span className="hp-sheet-box" aria-hidden="true" />
            <span>{line.what}</span>
            {line.expect !== '' && <span className="hp-sheet-fill">{line.expect}</span>}
          </li>
        ))}
      </ol>
    </>
  );
}

// The filter above a list, in the one grammar: a box, its terms as chips, and how many rows fit. The server judges
// the filter; its words are shown under the box, and what was typed stays.

import { Button, TextInput } from '@patternfly/react-core';
import { type ReactNode, useEffect, useState } from 'react';
import { asProblem } from '../api/problem';
import { messages } from '../messages';
import { terms, withoutTerm } from '../text/filter';
import { useView } from '../view';
import { keyed } from './keyed';
import { Sentence } from './Sentence';

export function filterFault(error: unknown): string | undefined {
  if (!error) {
    return undefined;
  }
  return asProblem(error).items.find((item) => item.pointer === '?filter')?.detail;
}

export function FilterBar({
  fields,
  example,
  count,
  fault,
  children,
}: {
  /** Names of the list's fields. */
  fields: string;
  /** A filter that makes sense here. */
  example: string;
  count: string;
  /** What the server says against the filter. */
  fault: string | undefined;
  children?: ReactNode;
}) {
  const [view, change] = useView();
  const filter = view.filter ?? '';
  const [text, setText] = useState(filter);
  useEffect(() => setText(filter), [filter]);
  const commit = () => {
    if (text.trim() !== filter) {
      change({ filter: text.trim() || undefined, open: undefined });
    }
  };
  return (
    <search className="hp-filter">
      <form
        className="hp-filter-row"
        onSubmit={(event) => {
          event.preventDefault();
          commit();
        }}
      >
        <TextInput
          id="hp-filter"
          type="search"
          aria-label={messages.list.filter}
          aria-describedby={fault ? 'hp-filter-fault' : undefined}
          validated={fault ? 'error' : 'default'}
          placeholder={messages.list.filterHint(example)}
          value={text}
          maxLength={4000}
          spellCheck={false}
          autoComplete="off"
          onChange={(_, value) => setText(value)}
          onBlur={commit}
        />
        <details className="hp-hint">
          <summary aria-label={messages.list.fieldsTitle} title={messages.list.fieldsTitle}>
            ?
          </summary>
          <div className="hp-popover">
            <p>{messages.list.fields(fields)}</p>
            <p>{messages.list.operators}</p>
          </div>
        </details>
        {children}
        <output className="hp-count" aria-live="polite">
          {count}
        </output>
      </form>
      {fault && (
        <p id="hp-filter-fault" className="hp-fault" role="alert">
          <span aria-hidden="true">▲ </span>
          <Sentence text={fault} />
        </p>
      )}
      {filter !== '' && <Chips filter={filter} />}
    </search>
  );
}

function Chips({ filter }: { filter: string }) {
  const [, change] = useView();
  const set = (next: string) => change({ filter: next || undefined, open: undefined });
  const parts = terms(filter);
  return (
    <ul className="hp-chips">
      {keyed(parts, (one) => one).map(({ key, item: one }, index) => (
        <li key={key}>
          <span className="hp-mono">{one}</span>
          <button
            type="button"
            aria-label={messages.list.removeTerm(one)}
            onClick={() => set(withoutTerm(filter, index))}
          >
            ×
          </button>
        </li>
      ))}
      {parts.length > 1 && (
        <li className="hp-chip-clear">
          <Button variant="link" isInline onClick={() => set('')}>
            {messages.list.clear}
          </Button>
        </li>
      )}
    </ul>
  );
}

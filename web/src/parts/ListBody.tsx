// What stands below a filter: the table, or why there is none. Loading, refused, nothing yet and filtered to none
// look different, because they mean different things.

import { Button } from '@patternfly/react-core';
import type { ReactNode } from 'react';
import { messages } from '../messages';
import { terms, withoutTerm } from '../text/filter';
import { useView } from '../view';
import { type Column, DataTable } from './DataTable';
import { Empty } from './Empty';
import { filterFault } from './FilterBar';
import { ProblemNote } from './ProblemNote';
import { type Listed, PAGE_SIZE } from './useList';
import type { Selection } from './useSelection';

/** `1,214` or `100,000 or more`; three dots while it is not known. */
export function countWords(count: { value: number; exact: boolean } | undefined): string {
  if (!count) {
    return '…';
  }
  return count.exact ? grouped(count.value) : messages.list.atLeast(count.value);
}

/** `1,214`: digits in groups of three. */
export function grouped(value: number): string {
  return value.toLocaleString('en-GB');
}

export function ListBody<Item>({
  name,
  list,
  columns,
  rowKey,
  rowText,
  nothingYet,
  opens = true,
  implied = '',
  selection,
  selectWord,
}: {
  name: string;
  list: Listed<Item>;
  columns: readonly Column<Item>[];
  rowKey: (row: Item) => string;
  rowText?: (row: Item) => ReactNode;
  /** Shown when the list is empty without any filter. */
  nothingYet: ReactNode;
  opens?: boolean;
  /** Conditions that are not in the filter box, such as the scope. */
  implied?: string;
  selection?: Selection | undefined;
  selectWord?: ((row: Item) => string) | undefined;
}) {
  const [view, change] = useView();
  const filter = view.filter ?? '';
  if (list.error) {
    return filterFault(list.error) ? null : <ProblemNote error={list.error} onRetry={list.retry} />;
  }
  if (list.isLoading) {
    return (
      <p className="hp-loading" role="status">
        {messages.list.loading} …
      </p>
    );
  }
  if (list.items.length === 0) {
    if (filter === '' && implied === '') {
      return nothingYet;
    }
    const parts = terms(filter);
    return (
      <Empty title={messages.list.filteredTitle}>
        <p>{messages.list.filteredUnknown}</p>
        {parts.length > 0 && (
          <Button
            variant="secondary"
            onClick={() => change({ filter: withoutTerm(filter, parts.length - 1) || undefined })}
          >
            {messages.list.clearLast}
          </Button>
        )}
      </Empty>
    );
  }
  const first = columns[0];
  const count = list.count;
  return (
    <DataTable
      caption={messages.list.table(name, countWords(count))}
      columns={columns}
      rows={list.items}
      rowKey={rowKey}
      rowText={rowText ?? ((row) => first?.render(row))}
      total={count?.exact ? count.value : undefined}
      opens={opens}
      selection={selection}
      selectWord={selectWord}
      footer={
        list.hasMore && (
          <div className="hp-more">
            <Button variant="secondary" onClick={list.more} isLoading={list.isFetching}>
              {messages.actions.more(
                count?.exact ? Math.min(PAGE_SIZE, count.value - list.items.length) : PAGE_SIZE,
              )}
            </Button>
            <span className="hp-muted">{messages.list.of(list.items.length, countWords(count))}</span>
          </div>
        )
      }
    />
  );
}

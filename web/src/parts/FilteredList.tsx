// A list with its filter above it, for pages and tabs that show nothing else: box, table, and the words for none at all.

import type { Column } from './DataTable';
import { Empty } from './Empty';
import { FilterBar, filterFault } from './FilterBar';
import { countWords, ListBody } from './ListBody';
import type { Listed } from './useList';

export function FilteredList<Item>({
  name,
  list,
  columns,
  rowKey,
  fields,
  example,
  none,
  implied = '',
}: {
  name: string;
  list: Listed<Item>;
  columns: readonly Column<Item>[];
  rowKey: (row: Item) => string;
  /** Names of the list's fields. */
  fields: string;
  /** A filter that makes sense here. */
  example: string;
  /** Title and sentence when there is nothing, and nothing narrows the list. */
  none: readonly [title: string, text?: string];
  /** Conditions that are not in the filter box, such as the scope. */
  implied?: string;
}) {
  const [title, text] = none;
  return (
    <>
      <FilterBar
        fields={fields}
        example={example}
        count={countWords(list.count)}
        fault={filterFault(list.error)}
      />
      <ListBody
        name={name}
        list={list}
        columns={columns}
        rowKey={rowKey}
        opens={false}
        implied={implied}
        nothingYet={<Empty title={title}>{text && <p>{text}</p>}</Empty>}
      />
    </>
  );
}

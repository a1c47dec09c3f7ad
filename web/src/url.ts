// What a page shows is in its address: scope, filter, order, moment, tab, and the open row. Addresses are plain
// `name=value` pairs; every value is a text, so that an address can be read and typed.

/** The part of an address that pages share. Absent means: not set. */
export interface View {
  /** A word by which a list that is worked out is narrowed. */
  readonly word?: string;
  /** Name of the site that everything is narrowed to. */
  readonly site?: string;
  readonly filter?: string;
  readonly sort?: string;
  /** The moment of which the page speaks. */
  readonly as_of?: string;
  /** Id of the row whose drawer is open. */
  readonly open?: string;
  readonly tab?: string;
  /** The first day of what a calendar shows. */
  readonly from?: string;
  /** Id of the match that is explained. */
  readonly match?: string;
  /** Where to go after signing in. */
  readonly next?: string;
}

const NAMES = ['site', 'filter', 'sort', 'as_of', 'open', 'tab', 'from', 'match', 'next', 'word'] as const;

/** Longest value that is taken from an address. */
const LONGEST = 4096;

/** The view that an address asks for; what is not known is left out. */
export function viewOf(search: Record<string, unknown>): View {
  const view: Record<string, string> = {};
  for (const name of NAMES) {
    const value = search[name];
    if (typeof value === 'string' && value !== '' && value.length <= LONGEST) {
      view[name] = value;
    }
  }
  return view;
}

/** `?a=b&c=d` as a table of texts. */
export function parseSearch(search: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(search));
}

/** A table of texts as `?a=b&c=d`; empty values are left out, and colons, quotes and commas stay readable. */
export function stringifySearch(search: Record<string, unknown>): string {
  const out: string[] = [];
  for (const [name, value] of Object.entries(search)) {
    if (typeof value === 'string' && value !== '') {
      out.push(`${encodeURIComponent(name)}=${readable(value)}`);
    }
  }
  return out.length === 0 ? '' : `?${out.join('&')}`;
}

function readable(value: string): string {
  return encodeURIComponent(value).replaceAll('%20', '+').replaceAll('%3A', ':').replaceAll('%2C', ',');
}

/** Where a page may send somebody after signing in: only to a place of this front. */
export function safeNext(next: string | undefined): string {
  if (!next?.startsWith('/') || next.startsWith('//') || next.includes('\\') || next.startsWith('/sign-in')) {
    return '/';
  }
  return next;
}

/** The order after a click on a column: ascending, then descending, then the list's own. */
export function nextSort(current: string | undefined, field: string, firstDown: boolean): string | undefined {
  const [first, second] = firstDown ? [`-${field}`, field] : [field, `-${field}`];
  if (current === first) {
    return second;
  }
  return current === second ? undefined : first;
}

/** For `aria-sort`. */
export function sortState(current: string | undefined, field: string): 'ascending' | 'descending' | 'none' {
  if (current === field) {
    return 'ascending';
  }
  return current === `-${field}` ? 'descending' : 'none';
}

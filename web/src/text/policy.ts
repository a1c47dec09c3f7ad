// The text of a policy as fields that can be read and changed one by one. The program writes every text alike: a comment
// says what a value means and what it may be, the line below holds it. A text that is written otherwise has no fields
// here, and is changed as a text.

export type PolicyShape =
  | { readonly kind: 'count'; readonly least: number; readonly most: number; readonly unit: string }
  | { readonly kind: 'switch' }
  | { readonly kind: 'word'; readonly words: readonly string[] }
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | { readonly kind: 'line'; readonly most: number };

export interface PolicyField {
  /** With its table: `outcomes.defer.days`. */
  readonly key: string;
  readonly table: string;
  readonly name: string;
  /** What it means. */
  readonly about: string;
  readonly shape: PolicyShape;
  /** As it is written. */
  readonly value: string;
  /** What the program brings along, as it is written. */
  readonly brought: string;
  /** Its line, from 0. */
  readonly line: number;
}

const BOUNDS = /^(One of: |Any of: |True or false|\d+ to \d+|A line of )/;

/** The fields of a text, in its order; none when the text is written in another way. */
export function policyFields(text: string): PolicyField[] {
  const fields: PolicyField[] = [];
  let comment: string[] = [];
  let table = '';
  for (const [line, raw] of text.split('\n').entries()) {
    const words = raw.trim();
    const value = /^([a-z0-9_]+)\s*=\s*(.+)$/.exec(words);
    if (words.startsWith('#')) {
      comment.push(words.replace(/^#\s?/, ''));
      continue;
    }
    if (words.startsWith('[') && words.endsWith(']')) {
      table = words.slice(1, -1);
    } else if (value?.[1] && value[2]) {
      const field = fieldOf(comment, table, value[1], value[2], line);
      if (field) {
        fields.push(field);
      }
    }
    comment = [];
  }
  return fields;
}

function fieldOf(
  comment: readonly string[],
  table: string,
  name: string,
  value: string,
  line: number,
): PolicyField | undefined {
  const at = comment.findLastIndex((words) => BOUNDS.test(words));
  if (at < 0) {
    return undefined;
  }
  const bounds = comment.slice(at).join(' ');
  const cut = bounds.lastIndexOf('; as delivered: ');
  const shape = cut < 0 ? undefined : shapeOf(bounds.slice(0, cut));
  if (!shape) {
    return undefined;
  }
  const brought = bounds.slice(cut + '; as delivered: '.length).replace(/\.$/, '');
  const key = table === '' ? name : `${table}.${name}`;
  return { key, table, name, about: comment.slice(0, at).join(' '), shape, value, brought, line };
}

function shapeOf(bounds: string): PolicyShape | undefined {
  const count = /^(\d+) to (\d+) ?(.*)$/.exec(bounds);
  const list = /^(One|Any) of: (.*)$/.exec(bounds);
  const text = /^A line of 1 to (\d+) characters$/.exec(bounds);
  if (count) {
    return { kind: 'count', least: Number(count[1]), most: Number(count[2]), unit: count[3] ?? '' };
  }
  if (list?.[2]) {
    const words = list[2].split(', ');
    return list[1] === 'One' ? { kind: 'word', words } : { kind: 'words', words };
  }
  if (text) {
    return { kind: 'line', most: Number(text[1]) };
  }
  return bounds === 'True or false' ? { kind: 'switch' } : undefined;
}

/** The words of a list, or the one word, without the quotes. */
export function policyWords(value: string): string[] {
  return [...value.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, word = '']) => word.replaceAll(/\\(.)/g, '$1'));
}

function quoted(word: string): string {
  return `"${word.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

/** A word or a line as the text writes it. */
export function writtenWord(word: string): string {
  return quoted(word);
}

/** Words as the text writes a list. */
export function writtenWords(words: readonly string[]): string {
  return `[${words.map(quoted).join(', ')}]`;
}

/** The text with another value in the field's line. */
export function withValue(text: string, field: PolicyField, value: string): string {
  return text
    .split('\n')
    .map((line, at) => (at === field.line ? `${field.name} = ${value}` : line))
    .join('\n');
}

/** The text as a site's own: the line with the site stands below the kind. */
export function forSite(text: string, site: string): string {
  const lines = text.split('\n').filter((line) => !/^site\s*=/.test(line));
  const at = lines.findIndex((line) => /^kind\s*=/.test(line));
  return [...lines.slice(0, at + 1), `site = ${quoted(site)}`, ...lines.slice(at + 1)].join('\n');
}

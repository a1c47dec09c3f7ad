// The filter grammar as far as pages need it: quoting values, cutting a filter into its terms, adding and removing
// terms. Whether a term makes sense is the server's to say; nothing is judged here.

/** A value as it must stand in a filter: quoted when a blank, comma, quote or operator would break it. */
export function quoted(value: string): string {
  if (value !== '' && !/[\s",:=<>~!\\]/.test(value) && !value.startsWith('-')) {
    return value;
  }
  return `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

/** One term, `field:value`; a missing value asks for what is empty. */
export function term(field: string, value: string | null | undefined, operator = ':'): string {
  return `${field}${operator}${quoted(value ?? '')}`;
}

/** A term that compares exactly, so that a count is the number of exactly these rows. */
export function exact(field: string, value: string | null | undefined): string {
  return value ? term(field, value, '=') : term(field, '');
}

/** The terms of a filter as they are written; blanks inside quotes do not separate. */
export function terms(filter: string): string[] {
  const found: string[] = [];
  let current = '';
  let inQuotes = false;
  for (let at = 0; at < filter.length; at += 1) {
    const letter = filter.charAt(at);
    if (inQuotes && letter === '\\') {
      current += letter + filter.charAt(at + 1);
      at += 1;
    } else if (letter === '"') {
      inQuotes = !inQuotes;
      current += letter;
    } else if (!inQuotes && /\s/.test(letter)) {
      if (current !== '') {
        found.push(current);
      }
      current = '';
    } else {
      current += letter;
    }
  }
  if (current !== '') {
    found.push(current);
  }
  return found;
}

/** The name of the field of a term, without the sign; nothing for a free word. */
export function fieldOf(one: string): string | undefined {
  return /^-?([a-z_]+)(?:[:=<>~]|!=)/.exec(one)?.[1];
}

/** Both filters together. */
export function both(...parts: (string | undefined)[]): string {
  return parts
    .map((part) => part?.trim() ?? '')
    .filter((part) => part !== '')
    .join(' ');
}

/** The filter with every term on that field replaced by the given one; no new term removes them. */
export function withField(filter: string, field: string, replacement: string | undefined): string {
  const kept = terms(filter).filter((one) => fieldOf(one) !== field);
  return both(...kept, replacement);
}

/** The filter without its nth term. */
export function withoutTerm(filter: string, index: number): string {
  return terms(filter)
    .filter((_, at) => at !== index)
    .join(' ');
}

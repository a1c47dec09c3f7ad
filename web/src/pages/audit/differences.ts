// Before and after, found in the details of an entry whatever their shape: either one object with `before` and
// `after`, or a table of fields that each have them. What has no such shape is shown as it is.

export interface Difference {
  readonly field: string;
  readonly before: unknown;
  readonly after: unknown;
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isPair(value: unknown): value is { before?: unknown; after?: unknown } {
  return isTable(value) && ('before' in value || 'after' in value);
}

function byField(before: unknown, after: unknown): Difference[] {
  const old = isTable(before) ? before : {};
  const now = isTable(after) ? after : {};
  const names = [...new Set([...Object.keys(old), ...Object.keys(now)])];
  return names
    .filter((name) => JSON.stringify(old[name]) !== JSON.stringify(now[name]))
    .map((field) => ({ field, before: old[field], after: now[field] }));
}

/** The fields that differ. */
export function differences(details: unknown): Difference[] {
  if (!isTable(details)) {
    return [];
  }
  if (isPair(details) && (isTable(details.before) || isTable(details.after))) {
    return byField(details.before, details.after);
  }
  const found: Difference[] = [];
  for (const [name, value] of Object.entries(details)) {
    if (isPair(value)) {
      found.push({ field: name, before: value.before, after: value.after });
    } else if (Array.isArray(value)) {
      for (const one of value) {
        if (isPair(one) && 'field' in one && typeof one.field === 'string') {
          found.push({ field: one.field, before: one.before, after: one.after });
        }
      }
    } else if (isTable(value)) {
      found.push(...differences(value));
    }
  }
  return found;
}

/** A value for a cell; nothing when nobody had said anything. */
export function valueText(value: unknown): string | undefined {
  if (value === null || value === undefined || value === '') {
    return undefined;
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}

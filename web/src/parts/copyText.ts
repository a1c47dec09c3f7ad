// The command and the request that give a list, as texts.

/** An argument as a POSIX shell takes it. */
export function shellQuoted(value: string): string {
  return /^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`;
}

/** The command that prints the same list. */
export function command(noun: string, asked: Record<string, string | undefined>): string {
  const options = Object.entries(asked)
    .filter(([, value]) => value)
    .map(([name, value]) => `--${name.replaceAll('_', '-')} ${shellQuoted(value ?? '')}`);
  return ['holdpoint', noun, ...options].join(' ');
}

/** The address that gives the same list. */
export function request(path: string, asked: Record<string, string | undefined>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(asked)) {
    if (value) {
      query.set(name, value);
    }
  }
  const text = query.toString();
  return text === '' ? path : `${path}?${text}`;
}

// The same list for the command line and for programs, ready to copy.

import { useLocation } from '@tanstack/react-router';
import { useState } from 'react';
import { messages } from '../messages';
import { useView } from '../view';

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

export function CopyAs({ noun, path, filter }: { noun: string; path: string; filter: string }) {
  const [view] = useView();
  const asked = { filter, sort: view.sort, as_of: view.as_of };
  const address = `${window.location.origin}${request(path, asked)}`;
  // A page that shows something else closes what was open.
  const where = useLocation({ select: (location) => location.href });
  return (
    <details className="hp-menu" key={where}>
      <summary>{messages.actions.copyAs}</summary>
      <div className="hp-popover hp-copy">
        <Copy title={messages.actions.cli} text={command(noun, asked)} />
        <Copy title={messages.actions.http} text={`GET ${address}`} />
      </div>
    </details>
  );
}

function Copy({ title, text }: { title: string; text: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard?.writeText(text);
    setCopied(true);
  };
  return (
    <div>
      <strong>{title}</strong>
      <pre className="hp-mono">{text}</pre>
      <button type="button" className="hp-link" onClick={() => void copy()}>
        {copied ? messages.actions.copied : messages.actions.copy}
      </button>
    </div>
  );
}

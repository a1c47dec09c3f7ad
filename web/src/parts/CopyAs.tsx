// The same list for the command line and for programs, ready to copy.

import { useLocation } from '@tanstack/react-router';
import { useState } from 'react';
import { messages } from '../messages';
import { useView } from '../view';
import { command, request } from './copyText';

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

// The keys that work on every page: `/` to the filter, `g` and a letter to a page, `?` for help.

import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { isTyping } from './typing';

/** After `g`, how long the second letter may take. */
const PATIENCE_MS = 1500;

const PLACES: Record<string, string> = {
  a: '/advisories',
  q: '/findings',
  s: '/assets',
  p: '/approvals',
  b: '/baselines',
  l: '/audit',
};

export function useShortcuts(onHelp: () => void): void {
  const navigate = useNavigate();
  const help = useRef(onHelp);
  help.current = onHelp;
  useEffect(() => {
    let began = Number.NEGATIVE_INFINITY;
    const onKey = (event: KeyboardEvent) => {
      if (isTyping(event)) {
        return;
      }
      const place = PLACES[event.key];
      if (place && event.timeStamp - began < PATIENCE_MS) {
        began = Number.NEGATIVE_INFINITY;
        event.preventDefault();
        void navigate({ to: place, search: scopeOnly });
      } else if (event.key === 'g') {
        began = event.timeStamp;
      } else if (event.key === '/') {
        event.preventDefault();
        const box = document.getElementById('hp-filter') ?? document.getElementById('hp-search');
        box?.focus();
      } else if (event.key === '?') {
        event.preventDefault();
        help.current();
      }
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [navigate]);
}

/** Going to another page keeps the scope and nothing else. */
export function scopeOnly(search: Record<string, unknown>): Record<string, unknown> {
  return search.site ? { site: search.site } : {};
}

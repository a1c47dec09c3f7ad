// The view in the address, and changing it.

import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';
import { type View, viewOf } from './url';

export type ViewPatch = { readonly [Name in keyof View]: string | undefined };

/** The view, and how to change parts of it; `undefined` takes a part away. */
export function useView(): [View, (patch: ViewPatch, how?: 'replace') => void] {
  const view = viewOf(useSearch({ strict: false }) as Record<string, unknown>);
  const navigate = useNavigate();
  const change = useCallback(
    (patch: ViewPatch, how?: 'replace') => {
      void navigate({
        to: '.',
        search: (before: Record<string, unknown>) => ({ ...before, ...patch }),
        replace: how === 'replace',
      });
    },
    [navigate],
  );
  return [view, change];
}

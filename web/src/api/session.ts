// Who is signed in, what they may do, and how the installation stands.

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { api, data } from './client';
import type { Session } from './types';

export const SESSION_KEY = ['session'] as const;

export function useSession() {
  return useQuery({
    queryKey: SESSION_KEY,
    queryFn: () => data(api.GET('/api/v1/session')),
    staleTime: 60_000,
    retry: false,
  });
}

export function useStatus() {
  return useQuery({
    queryKey: ['status'],
    queryFn: () => data(api.GET('/api/v1/status')),
    refetchInterval: 60_000,
  });
}

export function useSites() {
  return useQuery({ queryKey: ['sites'], queryFn: () => data(api.GET('/api/v1/sites')), staleTime: 60_000 });
}

/** The words of the API for what can be allowed. */
export type Permission =
  | 'read-plant'
  | 'write-inventory'
  | 'write-advisories'
  | 'write-matches'
  | 'write-rules'
  | 'write-decisions'
  | 'record-test'
  | 'write-plans'
  | 'approve'
  | 'write-decisions'
  | 'write-plans'
  | 'read-audit'
  | 'read-people'
  | 'write-people'
  | 'write-settings';

/** Whether a session carries a permission anywhere. Pages hide by it; the server decides. */
export function may(session: Session | undefined, permission: Permission): boolean {
  return (
    session?.permissions.some(
      (one) => one.permission === permission && (one.everywhere || one.sites.length > 0),
    ) ?? false
  );
}

export function useMay(permission: Permission): boolean {
  return may(useSession().data, permission);
}

/** Forgets everything that the last person saw. */
export function useForget() {
  const client = useQueryClient();
  return () => client.clear();
}

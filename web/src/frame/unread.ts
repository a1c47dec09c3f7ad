// How many notices the person has not read yet.

import { useQuery } from '@tanstack/react-query';
import { api, data } from '../api/client';

export function useUnread(): number | undefined {
  const found = useQuery({
    queryKey: ['notices', 'unread'],
    queryFn: () =>
      data(api.GET('/api/v1/notices', { params: { query: { filter: 'state:unread', limit: 1 } } })),
    refetchInterval: 60_000,
  });
  return found.data?.count.value;
}

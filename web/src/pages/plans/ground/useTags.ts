// The tags of assets that are known by their ids.

import { useQuery } from '@tanstack/react-query';
import { api, data } from '../../../api/client';
import { ProblemError } from '../../../api/problem';

/** The tag of an asset; its id where there is no such asset any more, or it may not be seen. */
async function tagOf(id: string): Promise<string> {
  try {
    return (await data(api.GET('/api/v1/assets/{id}', { params: { path: { id } } }))).tag;
  } catch (error) {
    if (error instanceof ProblemError && (error.status === 404 || error.status === 403)) {
      return id;
    }
    throw error;
  }
}

/** Tags in the order of the ids. */
export function useTags(ids: readonly string[]) {
  return useQuery({
    queryKey: ['asset-tags', ...ids],
    queryFn: () => Promise.all(ids.map(tagOf)),
    staleTime: 60_000,
  });
}

// The lists of a baseline that the server works out whole, page after page.

import { api, data } from '../../api/client';
import { type ListQuery, useList } from '../../parts/useList';

function piece(query: ListQuery, word: string | undefined) {
  return {
    limit: query.limit,
    ...(query.cursor ? { cursor: query.cursor } : {}),
    ...(word ? { word } : {}),
  };
}

export function usePatches(id: string, word: string | undefined) {
  return useList(['baseline', id, 'patches', word], {}, (query) =>
    data(api.GET('/api/v1/baselines/{id}/patches', { params: { path: { id }, query: piece(query, word) } })),
  );
}

export function useAssets(id: string, word: string | undefined) {
  return useList(['baseline', id, 'assets', word], {}, (query) =>
    data(
      api.GET('/api/v1/baselines/{id}/compliance', { params: { path: { id }, query: piece(query, word) } }),
    ),
  );
}

export function useDeviations(id: string, word: string | undefined) {
  return useList(['baseline', id, 'deviations', word], {}, (query) =>
    data(
      api.GET('/api/v1/baselines/{id}/deviations', { params: { path: { id }, query: piece(query, word) } }),
    ),
  );
}

// A list of the API, page after page, as the address asks for it.

import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';

/** One page of any list. */
export interface ListPage<Item> {
  readonly items: Item[];
  readonly next?: string | null;
  readonly count: { readonly value: number; readonly exact: boolean };
}

/** What a list is asked for; empty texts are not sent. */
export interface ListQuery {
  readonly filter?: string | undefined;
  readonly sort?: string | undefined;
  readonly as_of?: string | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

export const PAGE_SIZE = 100;
/** How often what people watch while it happens is asked for again. */
export const LIVE_MS = 4_000;

export interface Listed<Item, Page = unknown> {
  readonly items: Item[];
  readonly first: Page | undefined;
  readonly count: { readonly value: number; readonly exact: boolean } | undefined;
  readonly hasMore: boolean;
  readonly isLoading: boolean;
  readonly isFetching: boolean;
  readonly error: unknown;
  readonly more: () => void;
  readonly retry: () => void;
}

export function useList<Page extends ListPage<unknown>>(
  key: readonly unknown[],
  asked: Omit<ListQuery, 'limit' | 'cursor'>,
  fetchPage: (query: ListQuery) => Promise<Page>,
  /** Milliseconds after which it is asked for again, for what changes while people watch. */
  every?: number,
): Listed<Page['items'][number], Page> {
  const query = useInfiniteQuery({
    queryKey: [...key, asked],
    queryFn: ({ pageParam }) =>
      fetchPage({ ...asked, limit: PAGE_SIZE, ...(pageParam === '' ? {} : { cursor: pageParam }) }),
    initialPageParam: '',
    getNextPageParam: (page: Page) => page.next ?? undefined,
    placeholderData: keepPreviousData,
    ...(every === undefined ? {} : { refetchInterval: every }),
  });
  const pages = query.data?.pages ?? [];
  return {
    items: pages.flatMap((page) => page.items as Page['items'][number][]),
    first: pages[0],
    count: pages.at(-1)?.count,
    hasMore: query.hasNextPage,
    isLoading: query.isPending,
    isFetching: query.isFetching,
    error: query.error,
    more: () => void query.fetchNextPage(),
    retry: () => void query.refetch(),
  };
}

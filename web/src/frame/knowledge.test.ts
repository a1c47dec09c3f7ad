import { expect, it } from 'vitest';
import type { Status } from '../api/types';
import { knowledge } from './knowledge';

const feed = (read_at: string) => ({ kind: 'kev', read_at, age_seconds: 0, changed_at: read_at, records: 1 });

function sources(over: Partial<Status['sources']>): Status['sources'] {
  return { providers: 0, feeds: [], ...over } as Status['sources'];
}

it('is nothing as long as nobody told anything', () => {
  expect(knowledge(sources({}))).toEqual({ at: undefined, unasked: false });
  expect(knowledge(sources({ providers: 1 }))).toEqual({ at: undefined, unasked: true });
});

it('counts feeds that were read by hand, and the oldest of all', () => {
  const feeds = [feed('2026-03-02T00:00:00Z'), feed('2026-03-01T00:00:00Z')];
  expect(knowledge(sources({ feeds })).at).toBe('2026-03-01T00:00:00Z');
  const checked = { providers: 1, oldest_success_at: '2026-02-01T00:00:00Z' };
  expect(knowledge(sources({ feeds, ...checked })).at).toBe('2026-02-01T00:00:00Z');
  expect(knowledge(sources({ feeds, providers: 1 }))).toEqual({ at: '2026-03-01T00:00:00Z', unasked: true });
});

// Assets that no advisory speaks of, and assets that none can be compared with. For both a nought would say more than
// anybody knows; until the answer is there, and when it never comes, nobody can tell.

import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, data } from '../../api/client';
import type { Asset } from '../../api/types';
import { messages } from '../../messages';
import { exact } from '../../text/filter';

/** Whether no advisory may speak of this asset; `true` also while that is not known. */
export function useMayBeUnspoken(asset: Asset | undefined, asOf: string | undefined): boolean {
  const filter = asset ? exact('tag', asset.tag) : '';
  const silent = asset !== undefined && asset.matches.yes + asset.matches.unknown === 0;
  const found = useQuery({
    queryKey: ['assets', 'unmatched', 'one', filter],
    queryFn: () => data(api.GET('/api/v1/assets:unmatched', { params: { query: { filter, limit: 10 } } })),
    enabled: silent && asOf === undefined,
  });
  return silent && (!found.data || found.data.items.some((one) => one.id === asset.id));
}

/** `?` with words: no advisory speaks of it, and where to see why. */
export function UnspokenLine({ id }: { id: string }) {
  return (
    <>
      <span className="hp-tone-unsure">? {messages.assets.unspoken}.</span>{' '}
      <Link to="/assets/unmatched" search={{ open: id }}>
        {messages.assets.unmatched.link}
      </Link>
    </>
  );
}

/** The reasons for which an asset cannot be compared with any advisory. */
const NOT_COMPARED: readonly string[] = ['no_name', 'no_vendor'];

/** How many assets cannot be compared with any advisory, by reason; `undefined`: that is not known (yet). */
export function useNotCompared(
  filter: string,
  asOf: string | undefined,
): readonly { reason: string; assets: number }[] | undefined {
  const found = useQuery({
    queryKey: ['assets', 'unmatched', 'reasons', filter],
    queryFn: () => data(api.GET('/api/v1/assets:unmatched-reasons', { params: { query: { filter } } })),
    enabled: asOf === undefined,
  });
  return found.data?.filter((one) => NOT_COMPARED.includes(one.reason) && one.assets > 0);
}

/** Whether it is known that every asset can be compared. */
export function isEveryAssetCompared(found: ReturnType<typeof useNotCompared>): boolean {
  return found?.length === 0;
}

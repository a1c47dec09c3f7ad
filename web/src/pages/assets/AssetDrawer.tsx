// An asset beside the list.

import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, data } from '../../api/client';
import { messages } from '../../messages';
import { Drawer } from '../../parts/Drawer';
import { Section } from '../../parts/Facts';
import { ProblemNote } from '../../parts/ProblemNote';
import { useView } from '../../view';
import { AssetFields } from './AssetFields';
import { AssetHistory } from './AssetHistory';
import { AssetMatchList } from './AssetMatchList';
import { AssetSoftware } from './AssetSoftware';

export function useAsset(id: string, asOf: string | undefined) {
  return useQuery({
    queryKey: ['asset', id, asOf],
    queryFn: () => data(api.GET('/api/v1/assets/{id}', { params: { path: { id }, query: { as_of: asOf } } })),
  });
}

export function AssetDrawer({ id, onClose }: { id: string; onClose: () => void }) {
  const [view] = useView();
  const asset = useAsset(id, view.as_of);
  const found = asset.data;
  const words = messages.assets.drawer;
  return (
    <Drawer
      title={found?.tag ?? id}
      kicker={found && [found.name, found.site, found.zone].filter(Boolean).join(' · ')}
      onClose={onClose}
      actions={
        <Link to={`/assets/${id}`} search={view.as_of ? { as_of: view.as_of } : {}} className="hp-nowrap">
          {messages.assets.page}
        </Link>
      }
    >
      {asset.error && <ProblemNote error={asset.error} onRetry={() => void asset.refetch()} />}
      {found && (
        <>
          <Section title={words.matches}>
            <AssetMatchList asset={found} limit={10} />
          </Section>
          <Section title={words.values}>
            <AssetFields asset={found} />
          </Section>
          <Section title={words.software}>
            <AssetSoftware asset={found} />
          </Section>
          <Section title={words.history}>
            <AssetHistory id={found.id} />
          </Section>
        </>
      )}
    </Drawer>
  );
}

// An asset as a page of its own: everything about this box.

import { Link, useParams } from '@tanstack/react-router';
import { messages } from '../../messages';
import { AsOfField, Page } from '../../parts/Page';
import { ProblemNote } from '../../parts/ProblemNote';
import { TabLinks } from '../../parts/TabLinks';
import { useView } from '../../view';
import { useAsset } from './AssetDrawer';
import { AssetFields } from './AssetFields';
import { AssetHistory } from './AssetHistory';
import { AssetMatches } from './AssetMatches';
import { AssetSoftware } from './AssetSoftware';

const words = messages.assets.drawer;
const TABS = [
  ['values', words.values],
  ['software', words.software],
  ['matches', words.matches],
  ['history', words.history],
] as const;

export function AssetPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const [view] = useView();
  const asset = useAsset(id, view.as_of);
  const found = asset.data;
  const tab = view.tab ?? 'values';
  return (
    <Page
      title={found?.tag ?? id}
      kicker={
        <>
          <Link to="/assets" search={view.site ? { site: view.site } : {}}>
            {messages.assets.title}
          </Link>
          {found && ` · ${[found.name, found.site, found.zone].filter(Boolean).join(' · ')}`}
        </>
      }
      actions={<AsOfField />}
      bar={<TabLinks label={found?.tag ?? id} tabs={TABS} first="values" />}
    >
      {asset.error && <ProblemNote error={asset.error} onRetry={() => void asset.refetch()} />}
      {found && tab === 'matches' && <AssetMatches asset={found} />}
      {found && tab !== 'matches' && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        <section className="hp-text" tabIndex={0} aria-label={found.tag}>
          {tab === 'values' && <AssetFields asset={found} />}
          {tab === 'software' && <AssetSoftware asset={found} />}
          {tab === 'history' && <AssetHistory id={found.id} />}
        </section>
      )}
    </Page>
  );
}

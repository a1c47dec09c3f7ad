// An asset as a page of its own: everything about this box.

import { Tab, Tabs, TabTitleText } from '@patternfly/react-core';
import { Link, useParams } from '@tanstack/react-router';
import { messages } from '../../messages';
import { AsOfField, Page } from '../../parts/Page';
import { ProblemNote } from '../../parts/ProblemNote';
import { useView } from '../../view';
import { useAsset } from './AssetDrawer';
import { AssetFields } from './AssetFields';
import { AssetHistory } from './AssetHistory';
import { AssetMatches } from './AssetMatches';
import { AssetSoftware } from './AssetSoftware';

export function AssetPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const [view, change] = useView();
  const asset = useAsset(id, view.as_of);
  const found = asset.data;
  const tab = view.tab ?? 'values';
  const words = messages.assets.drawer;
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
      bar={
        <Tabs
          activeKey={tab}
          onSelect={(_, key) =>
            change({
              tab: key === 'values' ? undefined : String(key),
              open: undefined,
              filter: undefined,
              sort: undefined,
              match: undefined,
            })
          }
          aria-label={found?.tag ?? id}
        >
          {(['values', 'software', 'matches', 'history'] as const).map((key) => (
            <Tab key={key} eventKey={key} title={<TabTitleText>{words[key]}</TabTitleText>} />
          ))}
        </Tabs>
      }
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

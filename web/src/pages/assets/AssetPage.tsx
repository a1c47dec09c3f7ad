// An asset as a page of its own: everything about this box.

import { Button } from '@patternfly/react-core';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useMay } from '../../api/session';
import { messages } from '../../messages';
import { AsOfField, Page } from '../../parts/Page';
import { ProblemNote } from '../../parts/ProblemNote';
import { TabLinks } from '../../parts/TabLinks';
import { exact } from '../../text/filter';
import { useView } from '../../view';
import { AssetCriticalityDialog } from '../criticality/AssetDialog';
import { LaneLine } from '../findings/Pressing';
import { MatchAgainDialog } from '../runs/MatchAgainDialog';
import { AssetAdvisories } from './AssetAdvisories';
import { useAsset } from './AssetDrawer';
import { AssetFields } from './AssetFields';
import { AssetHistory } from './AssetHistory';
import { AssetMatches } from './AssetMatches';
import { AssetPatches } from './AssetPatches';
import { AssetRestoreTests } from './AssetRestoreTests';
import { AssetSoftware } from './AssetSoftware';
import { AssetVulnerabilities } from './AssetVulnerabilities';
import { UnspokenLine, useMayBeUnspoken } from './unspoken';

const words = messages.assets.drawer;
const TABS = [
  ['values', words.values],
  ['software', words.software],
  ['advisories', messages.assetTabs.advisories],
  ['matches', words.matches],
  ['vulnerabilities', messages.assetTabs.vulnerabilities],
  ['patches', messages.assetTabs.patches],
  ['history', words.history],
] as const;

/** Tabs that are text; the others are lists that scroll by themselves. */
const TEXT_TABS: readonly string[] = ['values', 'software', 'history'];

export function AssetPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const [view] = useView();
  const asset = useAsset(id, view.as_of);
  const found = asset.data;
  const unspoken = useMayBeUnspoken(found, view.as_of);
  const mayMatch = useMay('write-matches');
  const mayEdit = useMay('write-inventory');
  const [isMatching, setMatching] = useState(false);
  const [isWeighing, setWeighing] = useState(false);
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
      actions={
        <>
          {found && mayEdit && !view.as_of && (
            <Button size="sm" variant="secondary" onClick={() => setWeighing(true)}>
              {messages.criticality.assetButton}
            </Button>
          )}
          {found && mayMatch && !view.as_of && (
            <Button size="sm" variant="secondary" onClick={() => setMatching(true)}>
              {messages.advisoryWork.again}
            </Button>
          )}
          <AsOfField />
        </>
      }
      bar={
        <>
          {found && (
            <LaneLine
              row={found}
              of={exact('asset', found.tag)}
              silent={unspoken ? <UnspokenLine id={found.id} /> : undefined}
            />
          )}
          <TabLinks label={found?.tag ?? id} tabs={TABS} first="values" />
        </>
      }
    >
      {asset.error && <ProblemNote error={asset.error} onRetry={() => void asset.refetch()} />}
      {found && tab === 'matches' && <AssetMatches asset={found} />}
      {found && tab === 'advisories' && <AssetAdvisories asset={found} />}
      {found && tab === 'vulnerabilities' && <AssetVulnerabilities asset={found} />}
      {found && tab === 'patches' && <AssetPatches asset={found} />}
      {found && TEXT_TABS.includes(tab) && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        <section className="hp-text" tabIndex={0} aria-label={found.tag}>
          {tab === 'values' && <AssetFields asset={found} />}
          {tab === 'software' && <AssetSoftware asset={found} />}
          {tab === 'history' && <AssetHistory id={found.id} />}
          {tab === 'history' && !view.as_of && <AssetRestoreTests asset={found} />}
        </section>
      )}
      {found && isWeighing && <AssetCriticalityDialog asset={found} onClose={() => setWeighing(false)} />}
      {found && isMatching && <MatchAgainDialog asset={found.id} onClose={() => setMatching(false)} />}
    </Page>
  );
}

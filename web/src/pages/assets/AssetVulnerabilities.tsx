// The vulnerabilities of an asset by advisories and feeds, exploited ones first; and why, by replay.

import { useState } from 'react';
import { api, data } from '../../api/client';
import type { Asset, AssetVulnerability } from '../../api/types';
import { messages } from '../../messages';
import type { Column } from '../../parts/DataTable';
import { Empty } from '../../parts/Empty';
import { countWords, ListBody } from '../../parts/ListBody';
import { MarkText, Said, Unknown } from '../../parts/MarkText';
import { useList } from '../../parts/useList';
import { verdictMark } from '../../text/words';
import { ExplainDialog } from '../vulnerabilities/TouchedAssets';
import { Epss, Kev } from '../vulnerabilities/threat';

const words = messages.vulnerabilities;

const WORST_FIRST = ['yes', 'unknown', 'no'];

/** Every source once, with the worst of its answers: an advisory speaks of several products. */
function whoSays(row: AssetVulnerability): string {
  const worst = new Map<string, string>();
  for (const voice of row.voices) {
    const who = [voice.source, voice.by].filter(Boolean).join(' ');
    const before = worst.get(who);
    if (before === undefined || WORST_FIRST.indexOf(voice.verdict) < WORST_FIRST.indexOf(before)) {
      worst.set(who, voice.verdict);
    }
  }
  return [...worst].map(([who, verdict]) => `${who}: ${verdictMark(verdict).word}`).join(' · ');
}

function columns(explain: (reference: string) => void): readonly Column<AssetVulnerability>[] {
  return [
    {
      key: 'reference',
      title: words.columns.reference,
      width: 170,
      render: (row) => <span className="hp-mono">{row.reference}</span>,
    },
    {
      key: 'verdict',
      title: words.columns.verdict,
      width: 120,
      render: (row) => <MarkText mark={verdictMark(row.verdict)} />,
    },
    {
      key: 'kev',
      title: words.columns.kev,
      width: 150,
      render: (row) => (row.threat ? <Kev threat={row.threat} /> : <Unknown />),
    },
    {
      key: 'epss',
      title: words.columns.epss,
      width: 80,
      right: true,
      render: (row) => (row.threat ? <Epss threat={row.threat} /> : <Unknown />),
    },
    {
      key: 'cvss',
      title: words.columns.cvss,
      width: 70,
      right: true,
      render: (row) => <Said value={row.threat?.max_score?.toFixed(1)} />,
    },
    {
      key: 'who',
      title: words.columns.who,
      render: (row) => {
        const text = whoSays(row);
        return <span title={text}>{text}</span>;
      },
    },
    {
      key: 'explain',
      title: words.explain,
      width: 80,
      render: (row) => (
        <button type="button" className="hp-link" onClick={() => explain(row.reference)}>
          {words.explain}
          <span className="hp-hidden"> {row.reference}</span>
        </button>
      ),
    },
  ];
}

export function AssetVulnerabilities({ asset }: { asset: Asset }) {
  const [explained, setExplained] = useState<string>();
  const list = useList(['asset-vulnerabilities', asset.id], {}, ({ limit, cursor }) =>
    data(
      api.GET('/api/v1/assets/{id}/vulnerabilities', {
        params: { path: { id: asset.id }, query: { limit, ...(cursor ? { cursor } : {}) } },
      }),
    ),
  );
  return (
    <>
      <p className="hp-muted hp-line">{countWords(list.count)}</p>
      <ListBody
        name={words.ofAsset}
        list={list}
        columns={columns(setExplained)}
        rowKey={(row) => row.reference}
        opens={false}
        nothingYet={
          <Empty title={messages.assetTabs.noVulnerabilities}>
            <p>{words.ofAssetNone}</p>
          </Empty>
        }
      />
      {explained !== undefined && (
        <ExplainDialog
          id={asset.id}
          tag={asset.tag}
          reference={explained}
          onClose={() => setExplained(undefined)}
        />
      )}
    </>
  );
}

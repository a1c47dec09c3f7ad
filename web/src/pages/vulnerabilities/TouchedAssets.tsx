// The assets that one vulnerability touches or may touch, each with who says so; and why, by replay.

import { Button } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, data } from '../../api/client';
import type { TouchedAsset, VulnerabilityExplanation } from '../../api/types';
import { messages } from '../../messages';
import { Dialog } from '../../parts/Dialog';
import { Section } from '../../parts/Facts';
import { keyed } from '../../parts/keyed';
import { countWords } from '../../parts/ListBody';
import { MarkText, Said } from '../../parts/MarkText';
import { ProblemNote } from '../../parts/ProblemNote';
import { Sentence } from '../../parts/Sentence';
import { useList } from '../../parts/useList';
import { resultMark, spoken, verdictMark } from '../../text/words';

const words = messages.vulnerabilities;

export function TouchedAssets({ reference }: { reference: string }) {
  const [explained, setExplained] = useState<TouchedAsset>();
  const list = useList(['touched', reference], {}, (query) =>
    data(
      api.GET('/api/v1/vulnerabilities/{reference}/assets', {
        params: { path: { reference }, query },
      }),
    ),
  );
  if (list.error) {
    return <ProblemNote error={list.error} onRetry={list.retry} />;
  }
  if (!list.isLoading && list.items.length === 0) {
    return (
      <p className="hp-muted">
        {words.noAssets}. {words.noAssetsText}
      </p>
    );
  }
  return (
    <>
      <table className="hp-table hp-table-auto hp-evidence">
        <caption className="hp-hidden">
          {words.columns.assets}: {countWords(list.count)}
        </caption>
        <thead>
          <tr>
            <th scope="col">{words.columns.asset}</th>
            <th scope="col">{words.columns.verdict}</th>
            <th scope="col">{words.columns.who}</th>
            <th scope="col">
              <span className="hp-hidden">{words.explain}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {list.items.map((asset) => (
            <tr key={asset.asset_id}>
              <th scope="row">
                <Link to="/assets/$id" params={{ id: asset.asset_id }} search={{}}>
                  {asset.asset_tag}
                </Link>
                <div className="hp-small hp-muted">
                  {[asset.product, asset.firmware_version].filter(Boolean).join(' ')}
                </div>
              </th>
              <td>
                <MarkText mark={verdictMark(asset.verdict)} />
              </td>
              <td>
                {keyed(asset.voices, (voice) => `${voice.source} ${voice.by ?? ''}`).map(({ key, item }) => (
                  <div key={key}>
                    {[item.source, item.by].filter(Boolean).join(' ')}
                    {': '}
                    {verdictMark(item.verdict).word}
                  </div>
                ))}
              </td>
              <td>
                <button type="button" className="hp-link" onClick={() => setExplained(asset)}>
                  {words.explain}
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {list.hasMore && (
        <Button size="sm" variant="secondary" onClick={list.more} isLoading={list.isFetching}>
          {messages.actions.more(100)}
        </Button>
      )}
      {explained && (
        <ExplainDialog
          id={explained.asset_id}
          tag={explained.asset_tag}
          reference={reference}
          onClose={() => setExplained(undefined)}
        />
      )}
    </>
  );
}

/** Why a vulnerability touches an asset, source by source. */
export function ExplainDialog({
  id,
  tag,
  reference,
  onClose,
}: {
  id: string;
  tag: string;
  reference: string;
  onClose: () => void;
}) {
  const found = useQuery({
    queryKey: ['touch', id, reference],
    queryFn: () =>
      data(
        api.GET('/api/v1/assets/{id}/vulnerabilities/{reference}', { params: { path: { id, reference } } }),
      ),
  });
  return (
    <Dialog title={words.explainTitle(tag)} text={reference} wide onClose={onClose}>
      {found.error && <ProblemNote error={found.error} onRetry={() => void found.refetch()} />}
      {found.data && <Explained explanation={found.data} />}
    </Dialog>
  );
}

function Explained({ explanation }: { explanation: VulnerabilityExplanation }) {
  return (
    <>
      <p className="hp-sentence">
        <MarkText mark={verdictMark(explanation.verdict)} />
      </p>
      {keyed(explanation.advisories, (voice) => `${voice.source} ${voice.by ?? ''}`).map(({ key, item }) => (
        <p key={key} className="hp-prose">
          {[item.source, item.by].filter(Boolean).join(' ')}: <MarkText mark={verdictMark(item.verdict)} />{' '}
          {item.why && <Sentence text={item.why} />}
        </p>
      ))}
      {explanation.left_out && <p className="hp-note">{explanation.left_out}</p>}
      {keyed(explanation.feeds, (source) => `${source.source} ${source.by ?? ''}`).map(({ key, item }) => (
        <Section key={key} title={[item.source, item.by].filter(Boolean).join(' ')}>
          <p>
            {words.stated}: <MarkText mark={verdictMark(item.stated)} /> · {words.left}:{' '}
            <MarkText mark={verdictMark(item.verdict)} />
          </p>
          <table className="hp-table hp-table-auto hp-evidence">
            <caption className="hp-hidden">{words.leaves}</caption>
            <thead>
              <tr>
                <th scope="col">{words.leafAsked}</th>
                <th scope="col">{words.leafComponent}</th>
                <th scope="col">{words.leafResult}</th>
              </tr>
            </thead>
            <tbody>
              {keyed(item.leaves, (leaf) => leaf.path).map(({ key: place, item: leaf }) => (
                <tr key={place}>
                  <th scope="row">
                    {leaf.asked}
                    <div className="hp-small hp-muted">{leaf.role}</div>
                  </th>
                  <td>
                    <Said value={leaf.component} />
                    <div className="hp-small hp-muted">{leaf.version}</div>
                  </td>
                  <td>
                    <MarkText mark={resultMark(leaf.result)} />
                    <div className="hp-small hp-muted">
                      <Sentence text={leaf.why} />
                    </div>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          {keyed(item.vex, (vex) => `${vex.document} ${vex.product}`).map(({ key: place, item: vex }) => (
            <p key={place} className="hp-prose">
              VEX, {vex.author ?? vex.document}: {spoken(vex.status)} ({vex.product}
              {vex.justification && `, ${spoken(vex.justification)}`}) → {words.effects[effectOf(vex.effect)]}
            </p>
          ))}
        </Section>
      ))}
    </>
  );
}

function effectOf(word: string): keyof typeof words.effects {
  return word === 'clears' || word === 'agrees' || word === 'not_trusted' ? word : 'contradicts';
}

// The matches of an asset in short, affected first; unknown ones are shown and counted apart.

import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, data } from '../../api/client';
import type { Asset } from '../../api/types';
import { messages } from '../../messages';
import { CountLink } from '../../parts/Counts';
import { MarkText } from '../../parts/MarkText';
import { ProblemNote } from '../../parts/ProblemNote';
import { both, exact } from '../../text/filter';
import { confidenceMark, verdictMark } from '../../text/words';
import { useView } from '../../view';
import { UnspokenLine, useMayBeUnspoken } from './unspoken';

const words = messages.assets;

export function AssetMatchList({ asset, limit }: { asset: Asset; limit: number }) {
  const [view] = useView();
  const asOf = view.as_of;
  const filter = both(exact('asset', asset.tag), 'verdict:yes,unknown');
  const matches = useQuery({
    queryKey: ['asset-matches', asset.id, asOf, limit],
    queryFn: () =>
      data(
        api.GET('/api/v1/matches', {
          params: { query: { filter, sort: '-verdict', limit, as_of: asOf } },
        }),
      ),
  });
  const unspoken = useMayBeUnspoken(asset, asOf);
  const { yes, unknown } = asset.matches;
  const to = `/assets/${asset.id}`;
  const search = (verdict: string) => ({
    tab: 'matches',
    filter: `verdict:${verdict}`,
    ...(asOf ? { as_of: asOf } : {}),
  });
  if (yes + unknown === 0) {
    const versionKnown = asset.firmware_version || asset.os_version;
    return (
      <p className="hp-muted">
        {!versionKnown && !unspoken && <span className="hp-tone-unsure">? </span>}
        {unspoken ? (
          <UnspokenLine id={asset.id} />
        ) : versionKnown ? (
          words.noMatches
        ) : (
          words.noMatchesUnknownVersion
        )}{' '}
        <Link to={to} search={{ tab: 'matches', ...(asOf ? { as_of: asOf } : {}) }}>
          {words.allMatches}
        </Link>
      </p>
    );
  }
  return (
    <>
      <p className="hp-totals-small">
        <CountLink value={yes} to={to} search={search('yes')} label={messages.impact.affected} />{' '}
        {messages.impact.affected} ·{' '}
        <CountLink
          value={unknown}
          to={to}
          search={search('unknown')}
          label={messages.impact.toCheck}
          unsure
        />{' '}
        {messages.impact.toCheck}
      </p>
      {matches.error && <ProblemNote error={matches.error} onRetry={() => void matches.refetch()} />}
      <ul className="hp-plain-list">
        {matches.data?.items.map((match) => (
          <li key={match.id}>
            <MarkText mark={verdictMark(match.verdict)} />{' '}
            <Link
              to={`/advisories/${match.advisory_id}`}
              search={{
                filter: exact('asset', match.asset_tag),
                open: match.asset_id,
                match: match.id,
                ...(asOf ? { as_of: asOf } : {}),
              }}
              title={match.why}
            >
              {match.advisory}
            </Link>{' '}
            <span className="hp-mono hp-muted">{match.vulnerability}</span>{' '}
            <MarkText mark={confidenceMark(match.verdict, match.confidence)} />
          </li>
        ))}
      </ul>
    </>
  );
}

// What changed on an asset, newest first.

import { useQuery } from '@tanstack/react-query';
import { api, data } from '../../api/client';
import { messages } from '../../messages';
import { Said, When } from '../../parts/MarkText';
import { ProblemNote } from '../../parts/ProblemNote';
import { spoken } from '../../text/words';

const words = messages.assets;

export function AssetHistory({ id }: { id: string }) {
  const history = useQuery({
    queryKey: ['asset-history', id],
    queryFn: () => data(api.GET('/api/v1/assets/{id}/history', { params: { path: { id } } })),
  });
  if (history.error) {
    return <ProblemNote error={history.error} onRetry={() => void history.refetch()} />;
  }
  if (history.data?.items.length === 0) {
    return <p className="hp-muted">{words.noHistory}</p>;
  }
  return (
    <ol className="hp-history">
      {history.data?.items.map((one) => (
        <li key={one.revision}>
          <div>
            <When at={one.valid_from} /> <span className="hp-muted">{words.revision(one.revision)}</span>
          </div>
          <ul>
            {one.changes.map((change) => (
              <li key={change.field}>
                {spoken(change.field)}: <Said value={change.before} /> <span aria-hidden="true">→</span>{' '}
                {change.after ?? <span className="hp-muted">{words.emptied}</span>}
                {change.source && <span className="hp-muted"> ({change.source})</span>}
              </li>
            ))}
            {one.installed_added.map((software) => (
              <li key={`+${software}`}>
                + {software} <span className="hp-muted">{words.added}</span>
              </li>
            ))}
            {one.installed_removed.map((software) => (
              <li key={`-${software}`}>
                − {software} <span className="hp-muted">{words.removed}</span>
              </li>
            ))}
          </ul>
        </li>
      ))}
    </ol>
  );
}

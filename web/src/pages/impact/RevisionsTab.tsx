// Every revision that is kept, the silent changes among them.

import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, data } from '../../api/client';
import { messages } from '../../messages';
import { MarkText, When } from '../../parts/MarkText';
import { ProblemNote } from '../../parts/ProblemNote';
import { signatureMark, standingMark } from '../../text/words';
import { useView } from '../../view';
import { DifferenceDrawer } from './DifferenceDrawer';

const words = messages.revisions;
const columns = words.columns;

export function RevisionsTab({ id }: { id: string }) {
  const [view, change] = useView();
  return (
    <div className={view.open ? 'hp-split hp-split-open' : 'hp-split'}>
      <div className="hp-main">
        <Revisions id={id} />
      </div>
      {view.open && (
        <DifferenceDrawer id={id} revision={view.open} onClose={() => change({ open: undefined })} />
      )}
    </div>
  );
}

function Revisions({ id }: { id: string }) {
  const revisions = useQuery({
    queryKey: ['revisions', id],
    queryFn: () => data(api.GET('/api/v1/advisories/{id}/revisions', { params: { path: { id } } })),
  });
  if (revisions.error) {
    return <ProblemNote error={revisions.error} onRetry={() => void revisions.refetch()} />;
  }
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <section className="hp-scroll" tabIndex={0} aria-label={messages.impact.tabs.revisions}>
      <table className="hp-table hp-table-auto">
        <caption className="hp-hidden">{messages.impact.tabs.revisions}</caption>
        <thead>
          <tr>
            {Object.entries(columns).map(([key, title]) => (
              <th key={key} scope="col">
                {title}
              </th>
            ))}
            <th scope="col">{words.download}</th>
            <th scope="col">
              <span className="hp-hidden">{messages.difference.compare}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {revisions.data?.items.map((row, index, all) => (
            <tr key={row.id}>
              <th scope="row">{row.tracking_version}</th>
              <td>
                <MarkText mark={standingMark(row.standing)} />
              </td>
              <td>
                <When at={row.current_release} />
              </td>
              <td>
                <When at={row.received_at} />
              </td>
              <td>{row.current ? words.current : <When at={row.valid_to} />}</td>
              <td>{row.source}</td>
              <td>
                <MarkText mark={signatureMark(row.signature.state)} />
              </td>
              <td className="hp-mono" title={row.sha256}>
                {row.sha256.slice(0, 12)}…
              </td>
              <td>
                <a href={`/api/v1/advisories/${encodeURIComponent(id)}/raw?revision=${row.id}`} download>
                  {words.download}
                </a>
              </td>
              <td>
                {index < all.length - 1 && (
                  <Link to="." search={(old: Record<string, unknown>) => ({ ...old, open: row.id })}>
                    {messages.difference.compare}
                  </Link>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

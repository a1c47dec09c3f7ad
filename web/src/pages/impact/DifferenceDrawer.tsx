// What changed in a document from the revision before to this one, place by place.

import { useQuery } from '@tanstack/react-query';
import { api, data } from '../../api/client';
import type { RevisionDifference } from '../../api/types';
import { messages } from '../../messages';
import { Drawer } from '../../parts/Drawer';
import { grouped } from '../../parts/ListBody';
import { NotApplicable } from '../../parts/MarkText';
import { ProblemNote } from '../../parts/ProblemNote';

const words = messages.difference;

export function DifferenceDrawer({
  id,
  revision,
  onClose,
}: {
  id: string;
  revision: string;
  onClose: () => void;
}) {
  const difference = useQuery({
    queryKey: ['difference', id, revision],
    queryFn: () =>
      data(
        api.GET('/api/v1/advisories/{id}/difference', {
          params: { path: { id }, query: { to: revision } },
        }),
      ),
  });
  const found = difference.data;
  return (
    <Drawer
      title={found ? words.title(found.from.tracking_version, found.to.tracking_version) : words.compare}
      kicker={words.kicker}
      onClose={onClose}
    >
      {difference.error && <ProblemNote error={difference.error} onRetry={() => void difference.refetch()} />}
      {found && <Changes difference={found} />}
    </Drawer>
  );
}

function Changes({ difference }: { difference: RevisionDifference }) {
  const isSilent = difference.revisions === 'silent';
  const says = words.revisions[difference.revisions];
  return (
    <>
      {says && (
        <p className={isSilent ? 'hp-tone-due' : 'hp-muted'}>
          {isSilent && <span aria-hidden="true">▲ </span>}
          {says}
        </p>
      )}
      {difference.changes.length === 0 ? (
        <p>{words.nothing}</p>
      ) : (
        <table className="hp-table hp-table-auto">
          <caption className="hp-hidden">{words.kicker}</caption>
          <thead>
            <tr>
              {Object.entries(words.columns).map(([key, title]) => (
                <th key={key} scope="col">
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {difference.changes.map((change) => (
              <tr key={`${change.kind} ${change.place}`}>
                <th scope="row" className="hp-nowrap">
                  {words.kinds[change.kind] ?? change.kind}
                </th>
                <td className="hp-mono">{change.place}</td>
                <td>{change.before ?? <NotApplicable />}</td>
                <td>{change.after ?? <NotApplicable />}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {difference.omitted > 0 && <p className="hp-note">{words.omitted(grouped(difference.omitted))}</p>}
    </>
  );
}

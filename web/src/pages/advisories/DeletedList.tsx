// Advisories that are deleted now: who deleted them and why, and the way back.

import { Button } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, data } from '../../api/client';
import { useMay } from '../../api/session';
import type { DeletedAdvisory } from '../../api/types';
import { messages } from '../../messages';
import { Empty } from '../../parts/Empty';
import { When } from '../../parts/MarkText';
import { ProblemNote } from '../../parts/ProblemNote';
import { ReasonDialog } from '../../parts/ReasonDialog';

const words = messages.advisoryWork;
const columns = words.deletedColumns;

export function DeletedList() {
  const mayRestore = useMay('write-advisories');
  const [restoring, setRestoring] = useState<DeletedAdvisory>();
  const deleted = useQuery({
    queryKey: ['deleted-advisories'],
    queryFn: () => data(api.GET('/api/v1/advisories:deleted')),
  });
  if (deleted.error) {
    return <ProblemNote error={deleted.error} onRetry={() => void deleted.refetch()} />;
  }
  if (deleted.data?.items.length === 0) {
    return <Empty title={words.deletedNone} />;
  }
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <section className="hp-scroll" tabIndex={0} aria-label={words.deleted}>
      <table className="hp-table hp-table-auto">
        <caption className="hp-hidden">{words.deleted}</caption>
        <thead>
          <tr>
            {Object.entries(columns).map(([key, title]) => (
              <th key={key} scope="col">
                {title}
              </th>
            ))}
            <th scope="col">
              <span className="hp-hidden">{words.restore}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {deleted.data?.items.map((one) => (
            <tr key={one.id}>
              <th scope="row">{one.tracking_id}</th>
              <td>{one.title}</td>
              <td>{one.tracking_version}</td>
              <td>
                <When at={one.deleted_at} />
              </td>
              <td>{one.by}</td>
              <td>{one.reason}</td>
              <td>
                {mayRestore && (
                  <Button variant="link" isInline size="sm" onClick={() => setRestoring(one)}>
                    {words.restore}
                  </Button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {restoring && <RestoreDialog advisory={restoring} onClose={() => setRestoring(undefined)} />}
    </section>
  );
}

function RestoreDialog({ advisory, onClose }: { advisory: DeletedAdvisory; onClose: () => void }) {
  return (
    <ReasonDialog
      title={words.restoreTitle}
      text={words.restoreText}
      submit={words.restore}
      send={(reason) =>
        data(
          api.POST('/api/v1/advisories/{id}/restore', {
            params: { path: { id: advisory.id } },
            body: { reason },
          }),
        )
      }
      onClose={onClose}
    >
      {advisory.tracking_id}: {advisory.title}
    </ReasonDialog>
  );
}

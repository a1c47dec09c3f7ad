// Feeds: what tells us of vulnerabilities and patches, how old it is, and whether the last look worked.

import { useQuery } from '@tanstack/react-query';
import { api, data } from '../../api/client';
import type { Feed } from '../../api/types';
import { messages } from '../../messages';
import { Empty } from '../../parts/Empty';
import { grouped } from '../../parts/ListBody';
import { Age, MarkText, Said } from '../../parts/MarkText';
import { ProblemNote } from '../../parts/ProblemNote';
import { checkMark } from '../../text/words';
import { SourceDeeds } from './Deeds';

const words = messages.feeds;
const sources = messages.sources;

/** The word for a kind of feed; `undefined`: its files tell. */
export function kindWord(kind: string | null | undefined): string {
  if (!kind) {
    return words.sniffed;
  }
  const known: Record<string, string> = words.kinds;
  return known[kind] ?? kind;
}

export function FeedsTab() {
  const feeds = useQuery({ queryKey: ['feeds'], queryFn: () => data(api.GET('/api/v1/feeds')) });
  if (feeds.error) {
    return <ProblemNote error={feeds.error} onRetry={() => void feeds.refetch()} />;
  }
  if (feeds.data?.items.length === 0) {
    return (
      <Empty title={words.emptyTitle}>
        <p>{words.emptyText}</p>
      </Empty>
    );
  }
  const columns = words.columns;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <section className="hp-scroll" tabIndex={0} aria-label={words.title}>
      <table className="hp-table hp-table-auto">
        <caption className="hp-hidden">{words.title}</caption>
        <thead>
          <tr>
            {[
              columns.name,
              columns.kind,
              columns.enabled,
              columns.last,
              columns.result,
              columns.changed,
              columns.records,
              columns.edition,
              columns.message,
            ].map((title) => (
              <th key={title} scope="col">
                {title}
              </th>
            ))}
            <th scope="col">
              <span className="hp-hidden">{sources.check}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {feeds.data?.items.map((feed) => (
            <FeedRow key={feed.id} feed={feed} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function FeedRow({ feed }: { feed: Feed }) {
  const path = { id: feed.id };
  const { last_check: last, content } = feed;
  return (
    <tr>
      <th scope="row">
        {feed.name}
        <div className="hp-small hp-muted hp-mono">{feed.folder ?? feed.addresses[0]}</div>
      </th>
      <td>{kindWord(feed.kind)}</td>
      <td>{feed.enabled ? sources.on : sources.off}</td>
      <td>{last ? <Age at={last.finished_at} /> : sources.never}</td>
      <td>{last && <MarkText mark={checkMark(last.result)} />}</td>
      <td>{feed.last_changed_at ? <Age at={feed.last_changed_at} /> : sources.never}</td>
      <td className="hp-right">{content ? grouped(content.records) : <Said value={null} />}</td>
      <td>
        <Said value={content?.edition} />
      </td>
      <SourceDeeds
        enabled={feed.enabled}
        message={last?.message}
        check={() => data(api.POST('/api/v1/feeds/{id}/check', { params: { path } }))}
        toggle={() =>
          data(api.PATCH('/api/v1/feeds/{id}', { params: { path }, body: { enabled: !feed.enabled } }))
        }
        remove={() => data(api.DELETE('/api/v1/feeds/{id}', { params: { path } }))}
        removeTitle={words.removeTitle}
        removeText={words.removeText}
      />
    </tr>
  );
}

// Sources: are we looking everywhere, and when did we last look?

import { Button } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, data } from '../../api/client';
import { useMay } from '../../api/session';
import type { Provider } from '../../api/types';
import { messages } from '../../messages';
import { Empty } from '../../parts/Empty';
import { MarkText, When } from '../../parts/MarkText';
import { Page } from '../../parts/Page';
import { ProblemNote } from '../../parts/ProblemNote';
import { TabLinks } from '../../parts/TabLinks';
import { age } from '../../text/time';
import { checkMark } from '../../text/words';
import { useView } from '../../view';
import { AddFeedDialog } from './AddFeedDialog';
import { AddProviderDialog } from './AddProviderDialog';
import { ChecksTab } from './ChecksTab';
import { SourceDeeds } from './Deeds';
import { FeedsTab } from './FeedsTab';

const words = messages.sources;
const TABS = [
  ['providers', words.providers],
  ['feeds', messages.feeds.title],
  ['checks', words.checks],
] as const;

export function SourcesPage() {
  const [view] = useView();
  const [adding, setAdding] = useState(false);
  const mayChange = useMay('write-settings');
  const tab = view.tab ?? 'providers';
  return (
    <Page
      title={words.title}
      actions={
        mayChange && (
          <Button size="sm" onClick={() => setAdding(true)}>
            {tab === 'feeds' ? messages.feeds.add : words.add}
          </Button>
        )
      }
      bar={<TabLinks label={words.title} tabs={TABS} first="providers" />}
    >
      {tab === 'providers' && <Providers />}
      {tab === 'feeds' && <FeedsTab />}
      {tab === 'checks' && <ChecksTab />}
      {adding && tab === 'feeds' && <AddFeedDialog onClose={() => setAdding(false)} />}
      {adding && tab !== 'feeds' && <AddProviderDialog onClose={() => setAdding(false)} />}
    </Page>
  );
}

function Providers() {
  const providers = useQuery({ queryKey: ['providers'], queryFn: () => data(api.GET('/api/v1/providers')) });
  if (providers.error) {
    return <ProblemNote error={providers.error} onRetry={() => void providers.refetch()} />;
  }
  if (providers.data?.items.length === 0) {
    return (
      <Empty title={words.emptyTitle}>
        <p>{words.emptyText}</p>
      </Empty>
    );
  }
  const columns = words.columns;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <section className="hp-scroll" tabIndex={0} aria-label={words.providers}>
      <table className="hp-table hp-table-auto">
        <caption className="hp-hidden">{words.providers}</caption>
        <thead>
          <tr>
            {[
              columns.name,
              columns.address,
              columns.enabled,
              columns.interval,
              columns.last,
              columns.result,
              columns.message,
            ].map((title) => (
              <th key={title} scope="col">
                {title}
              </th>
            ))}
            <th scope="col">
              <span className="hp-hidden">{words.check}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {providers.data?.items.map((provider) => (
            <ProviderRow key={provider.id} provider={provider} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function ProviderRow({ provider }: { provider: Provider }) {
  const path = { id: provider.id };
  const last = provider.last_check;
  return (
    <tr>
      <th scope="row">{provider.name}</th>
      <td className="hp-mono">{provider.address}</td>
      <td>{provider.enabled ? words.on : words.off}</td>
      <td>{age(provider.interval_minutes * 60)}</td>
      <td>{last ? <When at={last.finished_at} /> : words.never}</td>
      <td>{last && <MarkText mark={checkMark(last.result)} />}</td>
      <SourceDeeds
        enabled={provider.enabled}
        message={last?.message}
        check={() => data(api.POST('/api/v1/providers/{id}/check', { params: { path } }))}
        toggle={() =>
          data(
            api.PATCH('/api/v1/providers/{id}', { params: { path }, body: { enabled: !provider.enabled } }),
          )
        }
        remove={() => data(api.DELETE('/api/v1/providers/{id}', { params: { path } }))}
        removeTitle={words.removeTitle}
        removeText={words.removeText}
      />
    </tr>
  );
}

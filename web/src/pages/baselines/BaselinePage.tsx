// One baseline: how patches stand in it, what a new asset gets, how its assets compare; each number leads to its rows.

import { Button } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { api, data } from '../../api/client';
import { useMay } from '../../api/session';
import type { BaselineStanding } from '../../api/types';
import { messages } from '../../messages';
import { useBaselines } from '../../parts/BaselineField';
import { CountLink } from '../../parts/Counts';
import { Page } from '../../parts/Page';
import { ProblemNote } from '../../parts/ProblemNote';
import { TabLinks } from '../../parts/TabLinks';
import { useView } from '../../view';
import { AssetsTab } from './AssetsTab';
import { DeclineDialog } from './DeclineDialog';
import { DeviationsTab } from './DeviationsTab';
import { EntryDrawer } from './EntryDrawer';
import { ForceDialog } from './ForceDialog';
import { FreshTab, PatchesTab } from './PatchesTab';
import { ProposeDialog } from './ProposeDialog';
import { scopeWords } from './scopeWords';

const words = messages.baselines;

export function BaselinePage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const [view, change] = useView();
  const [dialog, setDialog] = useState<'propose' | 'decline' | 'force'>();
  const mayAsk = useMay('write-decisions');
  const mayDecline = useMay('approve');
  const asked = useQuery({
    queryKey: ['baseline', id],
    queryFn: () => data(api.GET('/api/v1/baselines/{id}', { params: { path: { id } } })),
  });
  const tab = view.tab ?? 'patches';
  const baseline = asked.data;
  const all = useBaselines().data?.items ?? [];
  const parent = all.find((line) => line.baseline.id === baseline?.parent_id)?.baseline.name;
  if (asked.error) {
    return (
      <Page title={words.title}>
        <ProblemNote error={asked.error} onRetry={() => void asked.refetch()} />
      </Page>
    );
  }
  return (
    <Page
      title={baseline?.name ?? words.title}
      kicker={
        baseline && (
          <>
            {baseline.force === 'draft' && <strong>{words.force.draft} · </strong>}
            {scopeWords(baseline.scope)}
            {baseline.description && <> · {baseline.description}</>}
            {baseline.parent_id && (
              <>
                {' · '}
                <Link to="/baselines/$id" params={{ id: baseline.parent_id }}>
                  {words.inherits(parent ?? '…')}
                </Link>
              </>
            )}
          </>
        )
      }
      actions={
        <>
          {mayDecline && baseline?.force === 'draft' && (
            <Button onClick={() => setDialog('force')}>{words.force.open}</Button>
          )}
          {mayAsk && <Button onClick={() => setDialog('propose')}>{words.propose}</Button>}
          {mayDecline && (
            <Button variant="secondary" onClick={() => setDialog('decline')}>
              {words.decline}
            </Button>
          )}
          <a className="hp-button-link" href={`/api/v1/baselines/${id}/csv`} download="baseline.csv">
            {words.csv}
          </a>
        </>
      }
      bar={
        <>
          <Numbers id={id} />
          <TabLinks
            label={words.tabsLabel}
            first="patches"
            tabs={[
              ['patches', words.tabs.patches],
              ['fresh', words.tabs.fresh],
              ['assets', words.tabs.assets],
              ['deviations', words.tabs.deviations],
            ]}
          />
        </>
      }
      drawer={
        baseline &&
        view.open &&
        (tab === 'patches' || tab === 'fresh') && (
          <EntryDrawer baseline={baseline} patch={view.open} onClose={() => change({ open: undefined })} />
        )
      }
    >
      {tab === 'patches' && <PatchesTab id={id} />}
      {tab === 'fresh' && <FreshTab id={id} />}
      {tab === 'assets' && <AssetsTab id={id} />}
      {tab === 'deviations' && <DeviationsTab id={id} />}
      {dialog === 'propose' && baseline && (
        <ProposeDialog baseline={baseline} onClose={() => setDialog(undefined)} />
      )}
      {dialog === 'force' && baseline && (
        <ForceDialog id={baseline.id} name={baseline.name} onClose={() => setDialog(undefined)} />
      )}
      {dialog === 'decline' && baseline && (
        <DeclineDialog baseline={baseline} onClose={() => setDialog(undefined)} />
      )}
    </Page>
  );
}

const NUMBERS: readonly (readonly [keyof BaselineStanding, string, string])[] = [
  ['complies', 'assets', 'complies'],
  ['deviates', 'assets', 'deviates'],
  ['unknown', 'assets', 'unknown'],
  ['effective_not_seen', 'deviations', 'effective_not_seen'],
  ['seen_not_effective', 'deviations', 'seen_not_effective'],
  ['patches_unknown', 'deviations', 'unknown'],
];

function Numbers({ id }: { id: string }) {
  const found = useQuery({
    queryKey: ['baseline', id, 'standing'],
    queryFn: () => data(api.GET('/api/v1/baselines/{id}/standing', { params: { path: { id } } })),
  });
  if (found.error) {
    return <ProblemNote error={found.error} onRetry={() => void found.refetch()} />;
  }
  return (
    <div className="hp-headline">
      <div className="hp-totals hp-totals-small">
        {NUMBERS.map(([key, tab, word]) => {
          const unsure = key === 'unknown' || key === 'patches_unknown';
          return (
            <span key={key} className="hp-total">
              <strong>
                {found.data ? (
                  <CountLink
                    value={found.data[key]}
                    to={`/baselines/${id}`}
                    search={{ tab, word }}
                    label={words.numbers[key]}
                    unsure={unsure}
                  />
                ) : (
                  '…'
                )}
              </strong>{' '}
              <span className={unsure ? 'hp-tone-unsure' : undefined}>{words.numbers[key]}</span>
            </span>
          );
        })}
      </div>
    </div>
  );
}

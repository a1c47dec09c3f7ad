// One change plan: where it stands, its waves with their hold points, its steps, what waits and for what, and what a
// look at it with the facts of now gives.

import { Button } from '@patternfly/react-core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, lazyRouteComponent, useNavigate, useParams } from '@tanstack/react-router';
import { Suspense, useState } from 'react';
import { api, data } from '../../api/client';
import { useMay } from '../../api/session';
import type { Plan, PlanShown } from '../../api/types';
import { messages } from '../../messages';
import { CopyAs } from '../../parts/CopyAs';
import { Dialog } from '../../parts/Dialog';
import { Facts, Section } from '../../parts/Facts';
import { keyed } from '../../parts/keyed';
import { grouped } from '../../parts/ListBody';
import { Loading } from '../../parts/Loading';
import { MarkText, NotApplicable, When } from '../../parts/MarkText';
import { Page } from '../../parts/Page';
import { ProblemNote } from '../../parts/ProblemNote';
import { TabLinks } from '../../parts/TabLinks';
import { exposureWords } from '../../text/exposure';
import { planMark } from '../../text/words';
import { useView } from '../../view';
import { ChecksTab } from '../deployments/ChecksTab';
import { AskedBefore } from './AskedBefore';
import { ChangedSince, CheckTab } from './CheckTab';
import { StepsTab, WaitsTab } from './PlanRows';
import { TextField } from './ProposeDialog';
import { WavesTab } from './WavesTab';

const words = messages.plans;
const TABS = [
  ['waves', words.tabs.waves],
  ['steps', words.tabs.steps],
  ['waits', words.tabs.waits],
  ['asked', words.tabs.asked],
  ['check', words.tabs.check],
  ['record', words.tabs.record],
  ['life', words.tabs.life],
] as const;

const ChangeRecordTab = lazyRouteComponent(() => import('./ChangeRecordTab'), 'ChangeRecordTab');

type Deed = 'submit' | 'release' | 'begin' | 'reject' | 'withdraw' | 'again';

function deedsOf(plan: Plan, mayPlan: boolean, mayRelease: boolean): Deed[] {
  const deeds: Deed[] = [];
  if (plan.state === 'submitted' && mayRelease) {
    deeds.push('release', 'reject');
  }
  if (plan.state === 'released' && mayPlan && !plan.begun_at && plan.steps > 0) {
    deeds.push('begin');
  }
  if (plan.state === 'draft' && mayPlan && plan.steps > 0) {
    deeds.push('submit');
  }
  if (mayPlan && ['draft', 'submitted', 'released'].includes(plan.state)) {
    deeds.push('again', 'withdraw');
  }
  return deeds;
}

export function PlanPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const [view] = useView();
  const [deed, setDeed] = useState<Deed>();
  const mayPlan = useMay('write-plans');
  const mayRelease = useMay('approve');
  const found = useQuery({
    queryKey: ['plan', id],
    queryFn: () => data(api.GET('/api/v1/plans/{id}', { params: { path: { id } } })),
  });
  const shown = found.data;
  const tab = view.tab ?? 'waves';
  return (
    <Page
      title={shown ? `${shown.plan.number}: ${shown.plan.title}` : messages.list.loading}
      kicker={
        <Link to="/plans" search={view.site ? { site: view.site } : {}}>
          {words.back}
        </Link>
      }
      actions={
        <>
          {shown &&
            deedsOf(shown.plan, mayPlan, mayRelease).map((one, at) => (
              <Button
                key={one}
                size="sm"
                variant={at === 0 && one !== 'again' ? 'primary' : 'secondary'}
                onClick={() => setDeed(one)}
              >
                {words.deeds[one]}
              </Button>
            ))}
          {shown?.plan.begun_at && (
            <Link to="/deployments/$id" params={{ id: shown.plan.id }}>
              {messages.deployments.open}
            </Link>
          )}
          <a href={`/api/v1/plans/${encodeURIComponent(id)}/text`} target="_blank" rel="noreferrer">
            {words.export}
          </a>
          <CopyAs noun={`plan show ${shown?.plan.number ?? id}`} path={`/api/v1/plans/${id}`} filter="" />
        </>
      }
      bar={
        <>
          {shown && <Head shown={shown} />}
          <TabLinks label={words.title} tabs={TABS} first="waves" />
        </>
      }
    >
      {found.error && <ProblemNote error={found.error} onRetry={() => void found.refetch()} />}
      {shown && tab === 'waves' && <WavesTab shown={shown} />}
      {shown && tab === 'steps' && <StepsTab id={id} />}
      {shown && tab === 'waits' && <WaitsTab id={id} />}
      {shown && tab === 'asked' && (
        <ChecksTab
          id={id}
          open={['draft', 'submitted', 'released'].includes(shown.plan.state)}
          begun={Boolean(shown.plan.begun_at)}
        />
      )}
      {shown && tab === 'check' && <CheckTab id={id} inputs={shown.inputs} />}
      {shown && tab === 'record' && (
        <Suspense fallback={<Loading />}>
          <ChangeRecordTab id={shown.plan.id} number={shown.plan.number} />
        </Suspense>
      )}
      {shown && tab === 'life' && <Life shown={shown} />}
      {shown && deed && <DeedDialog shown={shown} deed={deed} onClose={() => setDeed(undefined)} />}
    </Page>
  );
}

function Head({ shown }: { shown: PlanShown }) {
  const { plan } = shown;
  const at = (moment: string | null | undefined, by: string | null | undefined) =>
    moment ? (
      <>
        <When at={moment} /> {by ?? ''}
      </>
    ) : (
      <NotApplicable />
    );
  return (
    <div className="hp-plan-head">
      <Facts
        rows={[
          [words.columns.state, <MarkText key="s" mark={planMark(plan.state)} />],
          [words.columns.site, `${plan.site} (${plan.time_zone})`],
          [words.origin, shown.origin],
          [words.columns.steps, `${grouped(plan.steps)} / ${grouped(plan.assets)} ${words.columns.assets}`],
        ]}
      />
      <Facts
        rows={[
          [words.drafted, at(plan.made_at, plan.author)],
          [words.submittedBy, at(plan.submitted_at, plan.submitted_by)],
          [words.closed, at(plan.closed_at, plan.closed_by)],
          [words.columns.waits, grouped(plan.waits)],
        ]}
      />
      <Facts
        rows={[
          [
            words.columns.first,
            plan.first_start ? <When key="f" at={plan.first_start} /> : <NotApplicable key="f" />,
          ],
          [
            words.columns.last,
            plan.last_free ? <When key="l" at={plan.last_free} /> : <NotApplicable key="l" />,
          ],
          [words.horizon, <When key="u" at={plan.until} dayOnly />],
          [
            words.bound,
            plan.gap_percent === null || plan.gap_percent === undefined
              ? words.boundNone
              : exposureWords(plan.exposure, plan.exposure_bound, plan.gap_percent),
          ],
        ]}
      />
    </div>
  );
}

function Life({ shown }: { shown: PlanShown }) {
  return (
    <Section title={words.tabs.life} top>
      <ol className="hp-list">
        {keyed(shown.events, (event) => `${event.state} ${event.at}`).map(({ key, item }) => (
          <li key={key}>
            <When at={item.at} /> <MarkText mark={planMark(item.state)} /> {item.by}
            {item.note && `: ${item.note}`}
          </li>
        ))}
      </ol>
      {shown.plan.superseded_by && (
        <p>
          <Link to="/plans/$id" params={{ id: shown.plan.superseded_by }}>
            {planMark('superseded').word}
          </Link>
        </p>
      )}
      {shown.plan.closed_why && <p>{shown.plan.closed_why}</p>}
      {shown.plan.ended_how && <p>{shown.plan.ended_how}</p>}
    </Section>
  );
}

function DeedDialog({ shown, deed, onClose }: { shown: PlanShown; deed: Deed; onClose: () => void }) {
  const { plan } = shown;
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [reason, setReason] = useState('');
  const needsReason = deed === 'reject' || deed === 'withdraw';
  const act = useMutation({
    mutationFn: async () => {
      const asked = { params: { path: { id: plan.id } }, body: { reason: reason.trim() } };
      switch (deed) {
        case 'submit':
          return data(api.POST('/api/v1/plans/{id}/submit', asked));
        case 'release':
          return data(api.POST('/api/v1/plans/{id}/release', asked));
        case 'begin': {
          await data(api.POST('/api/v1/deployments/{id}/begin', asked));
          return undefined;
        }
        case 'reject':
          return data(api.POST('/api/v1/plans/{id}/reject', asked));
        case 'withdraw':
          return data(api.POST('/api/v1/plans/{id}/withdraw', asked));
        case 'again': {
          return (await data(api.POST('/api/v1/plans/{id}/again', asked))).plans[0];
        }
      }
    },
    onSuccess: async (made) => {
      onClose();
      await queries.invalidateQueries();
      if (deed === 'begin') {
        await navigate({ to: '/deployments/$id', params: { id: plan.id } });
      } else if (deed === 'again' && made) {
        await navigate({ to: '/plans/$id', params: { id: made.id } });
      }
    },
  });
  return (
    <Dialog
      title={`${words.deeds[deed]}: ${plan.title}`}
      text={words.deedTexts[deed]}
      submit={words.deeds[deed]}
      danger={deed === 'withdraw' || deed === 'reject'}
      ready={!needsReason || reason.trim().length >= 3}
      busy={act.isPending}
      error={act.error}
      onSubmit={() => act.mutate()}
      onClose={onClose}
    >
      {deed === 'begin' && <ChangedSince id={plan.id} />}
      {(deed === 'release' || deed === 'begin') && <AskedBefore checks={shown.checks} />}
      <TextField
        id="reason"
        label={messages.actions.reason}
        required={needsReason}
        value={reason}
        onChange={setReason}
      />
    </Dialog>
  );
}

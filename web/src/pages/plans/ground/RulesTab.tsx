// The rules for plans of each site: shown side by side, changed one site at a time.

import { useQueries } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, data } from '../../../api/client';
import { useMay, useSites } from '../../../api/session';
import type { PlanningRules, Site } from '../../../api/types';
import { Empty } from '../../../parts/Empty';
import { Loading } from '../../../parts/Loading';
import { ProblemNote } from '../../../parts/ProblemNote';
import { type WholeColumn, WholeTable } from '../../../parts/WholeTable';
import { length } from '../../../text/lengths';
import { useView } from '../../../view';
import { ground as words } from '../../../words/planning';
import { RulesDialog } from './RulesDialog';
import { useTags } from './useTags';

const names = words.rules;
/** Test assets that are shown; the dialog has all. */
const SHOWN = 6;

interface Line {
  readonly site: Site;
  readonly rules: PlanningRules;
}

function columns(onChange: ((line: Line) => void) | undefined): WholeColumn<Line>[] {
  const titles = names.columns;
  const shown: WholeColumn<Line>[] = [
    { title: words.site, render: ({ site }) => site.name },
    { title: titles.pilots, right: true, render: ({ rules }) => rules.pilots },
    { title: titles.wave_steps, right: true, render: ({ rules }) => rules.wave_steps },
    { title: titles.soak_minutes, right: true, render: ({ rules }) => length(rules.soak_minutes) },
    { title: titles.margin_minutes, right: true, render: ({ rules }) => length(rules.margin_minutes) },
    {
      title: titles.failures_allowed,
      right: true,
      render: ({ rules }) => (rules.failures_allowed === 0 ? names.atOnce : rules.failures_allowed),
    },
    {
      title: titles.measured_at_least,
      right: true,
      render: ({ rules }) => names.times(rules.measured_at_least),
    },
    {
      title: titles.catch_up_minutes,
      right: true,
      render: ({ rules }) => length(rules.catch_up_minutes ?? 0),
    },
    {
      title: titles.restore_test_days,
      right: true,
      render: ({ rules }) =>
        rules.restore_test_days ? (
          words.days(rules.restore_test_days)
        ) : (
          <span className="hp-muted">{names.notAsked}</span>
        ),
    },
    { title: titles.test_assets, render: ({ rules }) => <TestAssets ids={rules.test_assets} /> },
  ];
  if (onChange) {
    shown.push({
      title: '',
      render: (line) => (
        <button
          type="button"
          className="hp-link"
          aria-label={words.changeOf(line.site.name)}
          onClick={() => onChange(line)}
        >
          {words.change}
        </button>
      ),
    });
  }
  return shown;
}

function TestAssets({ ids }: { ids: readonly string[] }) {
  const some = ids.slice(0, SHOWN);
  const tags = useTags(some);
  if (ids.length === 0) {
    return <span className="hp-muted">{names.none}</span>;
  }
  return (
    <>
      {some.map((id, at) => (
        <span key={id}>
          {at > 0 && ', '}
          <Link to="/assets/$id" params={{ id }}>
            {tags.data?.[at] ?? id}
          </Link>
        </span>
      ))}
      {ids.length > SHOWN && ` ${names.moreAssets(ids.length - SHOWN)}`}
    </>
  );
}

export function RulesTab() {
  const [view] = useView();
  const [changing, setChanging] = useState<Line>();
  const mayPlan = useMay('write-plans');
  const sites = useSites();
  const shown = (sites.data?.items ?? []).filter((one) => !view.site || one.name === view.site);
  const found = useQueries({
    queries: shown.map((site) => ({
      queryKey: ['planning-rules', site.id],
      queryFn: () =>
        data(api.GET('/api/v1/sites/{id}/planning-rules', { params: { path: { id: site.id } } })),
    })),
  });
  const broken = [sites, ...found].find((one) => one.error);
  if (broken?.error) {
    return <ProblemNote error={broken.error} onRetry={() => void broken.refetch()} />;
  }
  if (sites.isPending || found.some((one) => one.isPending)) {
    return <Loading />;
  }
  const lines = shown.flatMap((site, at): Line[] => {
    const rules = found[at]?.data;
    return rules ? [{ site, rules }] : [];
  });
  if (lines.length === 0) {
    return (
      <Empty title={names.noSites}>
        <p>{names.noSitesText}</p>
      </Empty>
    );
  }
  return (
    <>
      <WholeTable
        label={names.label}
        note={names.note}
        columns={columns(mayPlan ? setChanging : undefined)}
        rows={lines}
        rowKey={(line) => line.site.id}
        wrap
      />
      {changing && (
        <RulesDialog site={changing.site} rules={changing.rules} onClose={() => setChanging(undefined)} />
      )}
    </>
  );
}

// The impact itself: totals that are never added up, zone by zone, asset by asset.

import { Link } from '@tanstack/react-router';
import { Fragment, type ReactNode } from 'react';
import { api, data } from '../../api/client';
import type { Impact } from '../../api/types';
import { messages } from '../../messages';
import { CountLink } from '../../parts/Counts';
import type { Column } from '../../parts/DataTable';
import { Empty } from '../../parts/Empty';
import { FilterBar, filterFault } from '../../parts/FilterBar';
import { countWords, grouped, ListBody } from '../../parts/ListBody';
import { MarkText, NotApplicable, Said, When } from '../../parts/MarkText';
import { Middle } from '../../parts/Middle';
import { AsOfField } from '../../parts/Page';
import { SupplierSays } from '../../parts/SupplierSays';
import { useList } from '../../parts/useList';
import { both, exact } from '../../text/filter';
import { confidenceMark, isSilent, verdictMark } from '../../text/words';
import { useView } from '../../view';
import { useNotCompared } from '../assets/unspoken';
import { ExplanationDrawer } from './ExplanationDrawer';
import { totalsOf } from './totals';
import { ZoneTable } from './ZoneTable';

type Row = Impact['assets'][number];
type ImpactListed = Omit<Impact, 'assets'> & { items: Row[] };

const words = messages.impact;
const FIELDS = 'verdict asset site zone confidence vendor product kind version';

const COLUMNS: readonly Column<Row>[] = [
  { key: 'asset', title: words.columns.asset, sort: 'asset', width: 150, render: (row) => row.asset_tag },
  {
    key: 'verdict',
    title: words.columns.verdict,
    sort: 'verdict',
    down: true,
    width: 116,
    render: (row) => <MarkText mark={verdictMark(row.verdict)} />,
  },
  {
    key: 'confidence',
    title: words.columns.confidence,
    sort: 'confidence',
    width: 158,
    render: (row) => <Confidence row={row} />,
  },
  {
    key: 'product',
    title: words.columns.product,
    sort: 'product',
    render: (row) => <Said value={row.product} />,
  },
  {
    key: 'installed',
    title: words.columns.installed,
    sort: 'version',
    width: 110,
    render: (row) => <Said value={row.installed_version} mono />,
  },
  {
    key: 'expression',
    title: words.columns.expression,
    width: 190,
    render: (row) => <Middle text={row.expression} />,
  },
  { key: 'fixed', title: words.columns.fixed, width: 190, render: (row) => <Fix row={row} /> },
  {
    key: 'supplier',
    title: words.columns.supplier,
    width: 190,
    render: (row) => <Qualified row={row} />,
  },
  { key: 'window', title: words.columns.window, width: 110, render: (row) => <NextWindow row={row} /> },
  {
    key: 'vulnerabilities',
    title: words.columns.vulnerabilities,
    width: 62,
    right: true,
    render: (row) => <span title={row.vulnerabilities.join(' ')}>{row.vulnerabilities.length}</span>,
  },
  {
    key: 'site',
    title: words.columns.site,
    sort: 'site',
    width: 110,
    render: (row) => <Said value={row.site} />,
  },
  {
    key: 'zone',
    title: words.columns.zone,
    sort: 'zone',
    width: 130,
    render: (row) => <Said value={row.zone} />,
  },
];

function Confidence({ row }: { row: Row }) {
  return row.verdict === 'no' ? (
    <NotApplicable />
  ) : (
    <MarkText mark={confidenceMark(row.verdict, row.confidence)} />
  );
}

/** The supplier's word on each patch that would fix it there. */
function Qualified({ row }: { row: Row }) {
  if (!row.outlook) {
    return row.verdict === 'no' ? <NotApplicable /> : <Said value={null} />;
  }
  if (row.outlook.patches.length === 0) {
    return <span className="hp-tone-unsure">{words.noPatch}</span>;
  }
  return row.outlook.patches.map((one) => (
    <div key={one.patch} title={[one.supplier, one.said_by, ...one.conditions].filter(Boolean).join('\n')}>
      <span className="hp-mono">{one.patch}</span>{' '}
      <SupplierSays standing={{ state: one.supplier_state ?? null, text: one.supplier }} brief />
      {one.conditions.length > 0 && <span className="hp-tone-caution"> {words.onConditions}</span>}
    </div>
  ));
}

/** The day of the next window; that nobody has set one is said. */
function NextWindow({ row }: { row: Row }) {
  if (!row.outlook) {
    return row.verdict === 'no' ? <NotApplicable /> : <Said value={null} />;
  }
  const { window, window_on: day } = row.outlook;
  if (window === 'next' && day) {
    return <span className="hp-number">{day}</span>;
  }
  return <span className="hp-tone-unsure">{window === 'none_ahead' ? words.noneAhead : words.noneSet}</span>;
}

function Fix({ row }: { row: Row }) {
  const text = row.fixed_in.join(' · ');
  return text === '' ? <Said value={null} /> : <span title={text}>{text}</span>;
}

export function ImpactTab({ id }: { id: string }) {
  const [view, change] = useView();
  const scope = view.site ? exact('site', view.site) : '';
  const list = useList<ImpactListed>(
    ['impact', id],
    { filter: both(scope, view.filter), sort: view.sort, as_of: view.as_of },
    async (query) => {
      const { assets, ...rest } = await data(
        api.GET('/api/v1/advisories/{id}/impact', { params: { path: { id }, query } }),
      );
      return { ...rest, items: assets };
    },
  );
  const impact = list.first;
  const open = list.items.find((row) => row.asset_id === view.open);
  return (
    <div className={view.open ? 'hp-split hp-split-open' : 'hp-split'}>
      <div className="hp-main">
        {impact && (
          <Headline
            impact={impact}
            site={view.site}
            scope={scope}
            rows={list.hasMore || view.filter ? undefined : list.items}
          />
        )}
        {impact && <ZoneTable impact={impact} site={view.site} />}
        <FilterBar
          example={words.example}
          fields={FIELDS}
          count={countWords(list.count)}
          fault={filterFault(list.error)}
        >
          <AsOfField />
        </FilterBar>
        <ListBody
          name={words.assets}
          list={list}
          columns={COLUMNS}
          rowKey={(row) => row.asset_id}
          implied={scope}
          nothingYet={impact && <Nothing impact={impact} scope={scope} />}
        />
      </div>
      {view.open && (
        <ExplanationDrawer
          asset={open}
          matchId={view.match ?? open?.match_ids[0]}
          onMatch={(match) => change({ match }, 'replace')}
          onClose={() => change({ open: undefined, match: undefined })}
        />
      )}
    </div>
  );
}

/** The fix of all affected assets in one line, when all of them are here. */
function FixLine({ rows }: { rows: readonly Row[] }) {
  const affected = rows.filter((row) => row.verdict === 'yes');
  if (affected.length === 0) {
    return null;
  }
  const texts = new Set(affected.map((row) => row.fixed_in.join(' · ')));
  const [only = ''] = texts;
  return (
    <p className="hp-fix">
      <strong>{words.fix}</strong> {texts.size > 1 ? words.fixMixed(texts.size) : only || words.noFix}
    </p>
  );
}

function Headline({
  impact,
  site,
  scope,
  rows,
}: {
  impact: ImpactListed;
  site: string | undefined;
  scope: string;
  /** All assets of the impact, when all of them are here. */
  rows: readonly Row[] | undefined;
}) {
  const totals = totalsOf(impact, site);
  const number = (verdict: 'yes' | 'unknown' | 'no', label: string) => (
    <span className={verdict === 'no' ? 'hp-total hp-muted' : 'hp-total'}>
      <strong>
        <CountLink
          value={totals[verdict]}
          to="."
          search={{ filter: `verdict:${verdict}`, ...(site ? { site } : {}), ...asOf }}
          label={label}
          unsure={verdict === 'unknown'}
        />
      </strong>{' '}
      {label}
    </span>
  );
  const [view] = useView();
  const asOf = view.as_of ? { as_of: view.as_of } : {};
  const { advisory } = impact;
  return (
    <section className="hp-headline">
      <p className="hp-totals">
        {number('yes', words.affected)}
        {number('unknown', words.toCheck)}
        {number('no', words.notAffected)}
      </p>
      <p className="hp-muted">
        {advisory.publisher} · {words.released} <When at={advisory.initial_release} dayOnly />,{' '}
        {words.updated} <When at={advisory.current_release} dayOnly /> · {words.received}{' '}
        <When at={advisory.received_at} /> · {messages.advisories.columns.revision}{' '}
        {advisory.tracking_version} · {words.revisionsKept(advisory.revision_count)}
        {isSilent(advisory.standing) && (
          <span className="hp-tone-due"> ▲ {messages.advisories.revisionSilent}</span>
        )}
      </p>
      {rows && <FixLine rows={rows} />}
      <Gaps impact={impact} scope={scope} />
    </section>
  );
}

/** What is not known, each with the way to it; nothing when everything could be compared. */
function useGaps(impact: ImpactListed, scope: string): readonly { key: string; part: ReactNode }[] {
  const [view] = useView();
  const notCompared = useNotCompared(scope, view.as_of);
  const { gaps } = impact;
  const site = view.site ? { site: view.site } : {};
  return [
    ...(gaps.assets_without_version > 0
      ? [{ key: 'version', part: words.gapVersion(gaps.assets_without_version) }]
      : []),
    ...(gaps.expressions_not_understood > 0
      ? [{ key: 'expressions', part: words.gapExpressions(gaps.expressions_not_understood) }]
      : []),
    ...(notCompared === undefined ? [{ key: 'compared', part: words.gapComparedUnknown }] : []),
    ...(notCompared ?? []).map(({ reason, assets }) => ({
      key: reason,
      part: (
        <Link to="/assets/unmatched" search={{ tab: reason, ...site }}>
          {words.gapCompared(grouped(assets), words.comparedWhy[reason] ?? reason)}
        </Link>
      ),
    })),
  ];
}

function Gaps({ impact, scope }: { impact: ImpactListed; scope: string }) {
  const gaps = useGaps(impact, scope);
  if (gaps.length === 0) {
    return null;
  }
  return (
    <p className="hp-gaps">
      <span className="hp-tone-unsure">? </span>
      {words.gaps}:{' '}
      {gaps.map(({ key, part }, at) => (
        <Fragment key={key}>
          {at > 0 && ' · '}
          {part}
        </Fragment>
      ))}
    </p>
  );
}

/** No row at all: nothing here is recognised in it, which is never "not affected". */
function Nothing({ impact, scope }: { impact: ImpactListed; scope: string }) {
  const gaps = useGaps(impact, scope);
  return (
    <Empty title={words.notRecognised} symbol="?">
      <p>{words.notRecognisedText}</p>
      {gaps.length > 0 && (
        <ul>
          {gaps.map(({ key, part }) => (
            <li key={key}>{part}</li>
          ))}
        </ul>
      )}
    </Empty>
  );
}

// Runs of matching: the two queues apart, and what newer revisions meant for matches that were known.

import { Link } from '@tanstack/react-router';
import { api, data } from '../../api/client';
import type { MatchRun, News } from '../../api/types';
import { messages } from '../../messages';
import { CopyAs } from '../../parts/CopyAs';
import type { Column } from '../../parts/DataTable';
import { Drawer } from '../../parts/Drawer';
import { Empty } from '../../parts/Empty';
import { Facts, Section } from '../../parts/Facts';
import { FilterBar, filterFault } from '../../parts/FilterBar';
import { countWords, grouped, ListBody } from '../../parts/ListBody';
import { NotApplicable, When } from '../../parts/MarkText';
import { Page } from '../../parts/Page';
import { TabLinks } from '../../parts/TabLinks';
import { useList } from '../../parts/useList';
import { both, exact } from '../../text/filter';
import { spoken } from '../../text/words';
import { useView } from '../../view';

const words = messages.runs;
const TABS = [
  ['automatic', words.automatic],
  ['manual', words.manual],
  ['news', words.news],
] as const;
const FIELDS =
  'run trigger started ended by subjects opened changed carried_over closed raised noted cleared';
const NEWS_FIELDS = 'run kind advisory vulnerability asset why at';

function number(
  key: string,
  title: string,
  field: 'opened' | 'changed' | 'closed' | 'carried_over' | 'raised' | 'noted' | 'cleared',
): Column<MatchRun> {
  return {
    key,
    title,
    sort: field,
    down: true,
    right: true,
    width: 104,
    render: (row) => grouped(row[field]),
  };
}

const COLUMNS: readonly Column<MatchRun>[] = [
  {
    key: 'number',
    title: words.columns.number,
    sort: 'run',
    down: true,
    width: 70,
    render: (row) => row.number,
  },
  {
    key: 'started',
    title: words.columns.started,
    sort: 'started',
    down: true,
    width: 140,
    render: (row) => <When at={row.started_at} />,
  },
  {
    key: 'trigger',
    title: words.columns.trigger,
    sort: 'trigger',
    width: 180,
    render: (row) => spoken(row.trigger),
  },
  { key: 'by', title: words.columns.by, sort: 'by', width: 130, render: (row) => row.by },
  {
    key: 'subjects',
    title: words.columns.subjects,
    sort: 'subjects',
    down: true,
    render: (row) => <Subjects run={row} />,
  },
  number('opened', words.columns.opened, 'opened'),
  number('changed', words.columns.changed, 'changed'),
  number('carried', words.columns.carried, 'carried_over'),
  number('closed', words.columns.closed, 'closed'),
  number('raised', words.columns.raised, 'raised'),
  number('noted', words.columns.noted, 'noted'),
  number('cleared', words.columns.cleared, 'cleared'),
];

function Subjects({ run }: { run: MatchRun }) {
  const more = run.subject_count - run.subjects.length;
  const text = run.subjects.join(', ');
  return (
    <span title={text}>
      {text}
      {more > 0 && <span className="hp-muted"> {words.moreSubjects(grouped(more))}</span>}
    </span>
  );
}

export function RunsPage() {
  const [view] = useView();
  const tab = view.tab ?? 'automatic';
  return tab === 'news' ? <NewsList /> : <RunList kind={tab === 'manual' ? 'manual' : 'automatic'} />;
}

function RunList({ kind }: { kind: 'automatic' | 'manual' }) {
  const [view, change] = useView();
  const own = exact('kind', kind);
  const filter = both(own, view.filter);
  const list = useList(['runs'], { filter, sort: view.sort }, (query) =>
    data(api.GET('/api/v1/runs', { params: { query } })),
  );
  const open = list.items.find((row) => String(row.number) === view.open);
  const isManual = kind === 'manual';
  return (
    <Page
      title={words.title}
      actions={<CopyAs noun="match runs" path="/api/v1/runs" filter={filter} />}
      bar={
        <>
          <TabLinks label={words.title} tabs={TABS} first="automatic" />
          <FilterBar
            fields={FIELDS}
            example={words.example}
            count={countWords(list.count)}
            fault={filterFault(list.error)}
          />
        </>
      }
      drawer={open && <RunDrawer run={open} onClose={() => change({ open: undefined })} />}
    >
      <ListBody
        name={words.title}
        list={list}
        columns={COLUMNS}
        rowKey={(row) => String(row.number)}
        nothingYet={
          <Empty title={isManual ? words.noneManual : words.noneAutomatic}>
            <p>{isManual ? words.noneManualText : words.noneAutomaticText}</p>
          </Empty>
        }
      />
    </Page>
  );
}

function RunDrawer({ run, onClose }: { run: MatchRun; onClose: () => void }) {
  const counts: readonly (readonly [string, number])[] = [
    [words.columns.opened, run.opened],
    [words.columns.changed, run.changed],
    [words.columns.carried, run.carried_over],
    [words.columns.closed, run.closed],
    [words.columns.raised, run.raised],
    [words.columns.noted, run.noted],
    [words.columns.cleared, run.cleared],
  ];
  return (
    <Drawer title={words.run(run.number)} kicker={spoken(run.trigger)} onClose={onClose}>
      <Facts
        rows={[
          [words.columns.started, <When key="s" at={run.started_at} />],
          [words.ended, <When key="e" at={run.ended_at} />],
          [words.columns.by, run.by],
          [words.reason, run.reason || <NotApplicable key="r" />],
        ]}
      />
      <Section title={messages.advisories.matches}>
        <Facts rows={counts.map(([name, value]) => [name, grouped(value)])} />
        {run.raised + run.noted + run.cleared > 0 && (
          <p>
            <Link to="/runs" search={{ tab: 'news', filter: exact('run', String(run.number)) }}>
              {words.toNews}
            </Link>
          </p>
        )}
      </Section>
      <Section title={words.subjects}>
        <ul className="hp-plain-list">
          {run.subjects.map((subject) => (
            <li key={subject} className="hp-break">
              {subject}
            </li>
          ))}
        </ul>
        {run.subject_count > run.subjects.length && (
          <p className="hp-muted">{words.moreSubjects(grouped(run.subject_count - run.subjects.length))}</p>
        )}
      </Section>
    </Drawer>
  );
}

const NEWS_COLUMNS: readonly Column<News>[] = [
  {
    key: 'at',
    title: words.newsColumns.at,
    sort: 'at',
    down: true,
    width: 140,
    render: (row) => <When at={row.at} />,
  },
  {
    key: 'kind',
    title: words.newsColumns.kind,
    sort: 'kind',
    width: 120,
    render: (row) => words.kinds[row.kind] ?? row.kind,
  },
  {
    key: 'advisory',
    title: words.newsColumns.advisory,
    sort: 'advisory',
    width: 170,
    render: (row) => (
      <Link
        to={`/advisories/${row.advisory_id}`}
        search={{ tab: 'remediation', filter: exact('asset', row.asset_tag) }}
      >
        {row.advisory}
      </Link>
    ),
  },
  {
    key: 'vulnerability',
    title: words.newsColumns.vulnerability,
    sort: 'vulnerability',
    width: 150,
    render: (row) => <span className="hp-mono">{row.vulnerability}</span>,
  },
  {
    key: 'asset',
    title: words.newsColumns.asset,
    sort: 'asset',
    width: 150,
    render: (row) => <Link to={`/assets/${row.asset_id}`}>{row.asset_tag}</Link>,
  },
  { key: 'why', title: words.newsColumns.why, render: (row) => <span title={row.why}>{row.why}</span> },
];

function NewsList() {
  const [view] = useView();
  const list = useList(['news'], { filter: view.filter, sort: view.sort, as_of: view.as_of }, (query) =>
    data(api.GET('/api/v1/runs:news', { params: { query } })),
  );
  return (
    <Page
      title={words.title}
      bar={
        <>
          <TabLinks label={words.title} tabs={TABS} first="automatic" />
          <FilterBar
            fields={NEWS_FIELDS}
            example={words.newsExample}
            count={countWords(list.count)}
            fault={filterFault(list.error)}
          />
        </>
      }
    >
      <ListBody
        name={words.news}
        list={list}
        columns={NEWS_COLUMNS}
        rowKey={(row) => `${row.run} ${row.advisory_id} ${row.vulnerability} ${row.asset_id}`}
        opens={false}
        nothingYet={
          <Empty title={words.noNews}>
            <p>{words.noNewsText}</p>
          </Empty>
        }
      />
    </Page>
  );
}

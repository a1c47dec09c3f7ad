// Where the work stands, row by row: one vulnerability, one asset, one document. What the filter lets through can be
// set at once, after a preview.

import { Button } from '@patternfly/react-core';
import { useState } from 'react';
import { api, data } from '../../api/client';
import { useMay } from '../../api/session';
import type { Advisory, RemediationLine } from '../../api/types';
import { messages } from '../../messages';
import type { Column } from '../../parts/DataTable';
import { Empty } from '../../parts/Empty';
import { FilterBar, filterFault } from '../../parts/FilterBar';
import { countWords, ListBody } from '../../parts/ListBody';
import { MarkText, NotApplicable, Said, When } from '../../parts/MarkText';
import { AsOfField } from '../../parts/Page';
import { useList } from '../../parts/useList';
import { both, exact } from '../../text/filter';
import { confidenceMark, statusMark, verdictMark } from '../../text/words';
import { useView } from '../../view';
import { LineDrawer } from './LineDrawer';
import { SetDialog } from './SetDialog';

const words = messages.remediation;
const FIELDS =
  'vulnerability asset state verdict confidence rung probability site zone vendor product kind version score changed by cause';

const COLUMNS: readonly Column<RemediationLine>[] = [
  {
    key: 'vulnerability',
    title: words.columns.vulnerability,
    sort: 'vulnerability',
    width: 150,
    render: (row) =>
      row.vulnerability ? <span className="hp-mono">{row.vulnerability}</span> : <NotApplicable />,
  },
  { key: 'asset', title: words.columns.asset, sort: 'asset', width: 150, render: (row) => row.asset_tag },
  {
    key: 'state',
    title: words.columns.state,
    sort: 'state',
    width: 140,
    render: (row) => <MarkText mark={statusMark(row.state)} />,
  },
  {
    key: 'verdict',
    title: messages.impact.columns.verdict,
    sort: 'verdict',
    down: true,
    width: 116,
    render: (row) => <MarkText mark={verdictMark(row.verdict)} />,
  },
  {
    key: 'confidence',
    title: messages.impact.columns.confidence,
    sort: 'confidence',
    width: 158,
    render: (row) => <MarkText mark={confidenceMark(row.verdict, row.confidence)} />,
  },
  {
    key: 'zone',
    title: messages.impact.columns.zone,
    sort: 'zone',
    width: 130,
    render: (row) => <Said value={row.zone} />,
  },
  {
    key: 'since',
    title: words.columns.since,
    sort: 'changed',
    down: true,
    width: 150,
    render: (row) => (row.since ? <When at={row.since} /> : <NotApplicable />),
  },
  {
    key: 'by',
    title: words.columns.by,
    sort: 'by',
    width: 120,
    render: (row) => row.by ?? <NotApplicable />,
  },
  {
    key: 'reason',
    title: words.columns.reason,
    render: (row) => (row.reason ? <span title={row.reason}>{row.reason}</span> : <NotApplicable />),
  },
];

/** A row's own name within one advisory. */
export function lineKey(row: RemediationLine): string {
  return `${row.vulnerability} ${row.asset_id}`;
}

/** The filter that leaves exactly this row of its advisory. */
export function lineFilter(row: RemediationLine): string {
  return both(exact('vulnerability', row.vulnerability), exact('asset', row.asset_tag));
}

export function RemediationList({ advisory }: { advisory: Advisory }) {
  const [view, change] = useView();
  const [setting, setSetting] = useState<string>();
  const maySet = useMay('write-matches') && !view.as_of;
  const scope = view.site ? exact('site', view.site) : '';
  const own = both(exact('advisory', advisory.tracking_id), exact('namespace', advisory.namespace));
  const list = useList(
    ['remediations'],
    { filter: both(own, scope, view.filter), sort: view.sort, as_of: view.as_of },
    (query) => data(api.GET('/api/v1/remediations', { params: { query } })),
  );
  const open = list.items.find((row) => lineKey(row) === view.open);
  const asked = both(scope, view.filter);
  return (
    <div className={open ? 'hp-split hp-split-open' : 'hp-split'}>
      <div className="hp-main">
        <FilterBar
          example={words.example}
          fields={FIELDS}
          count={countWords(list.count)}
          fault={filterFault(list.error)}
        >
          <AsOfField />
          {maySet && list.items.length > 0 && (
            <Button size="sm" onClick={() => setSetting(asked)}>
              {words.setMany(countWords(list.count))}
            </Button>
          )}
        </FilterBar>
        <ListBody
          name={words.lines}
          list={list}
          columns={COLUMNS}
          rowKey={lineKey}
          implied={scope}
          nothingYet={
            <Empty title={words.emptyTitle}>
              <p>{words.emptyText}</p>
            </Empty>
          }
        />
      </div>
      {open && (
        <LineDrawer
          line={open}
          onSet={maySet ? () => setSetting(both(scope, lineFilter(open))) : undefined}
          onClose={() => change({ open: undefined })}
        />
      )}
      {setting !== undefined && (
        <SetDialog advisory={advisory.id} filter={setting} onClose={() => setSetting(undefined)} />
      )}
    </div>
  );
}

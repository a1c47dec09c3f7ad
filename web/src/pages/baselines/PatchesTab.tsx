// How patches stand for the assets of a baseline, what is inherited included; and what a new asset gets.

import type { ResolvedEntry } from '../../api/types';
import { messages } from '../../messages';
import type { Column } from '../../parts/DataTable';
import { Empty } from '../../parts/Empty';
import { countWords, ListBody } from '../../parts/ListBody';
import { MarkText, NotApplicable, When } from '../../parts/MarkText';
import { SupplierSays } from '../../parts/SupplierSays';
import { WordLinks } from '../../parts/WordLinks';
import { ownerMark } from '../../text/decisions';
import { useView } from '../../view';
import { usePatches } from './pieces';

const words = messages.baselines;
const names = words.patchColumns;

export function Evidence({ row }: { row: ResolvedEntry }) {
  if (row.basis === 'tested') {
    return <>{words.tested(row.runs.length)}</>;
  }
  if (row.basis === 'inspection') {
    return <span title={row.inspection ?? undefined}>△ {words.inspection}</span>;
  }
  return <NotApplicable />;
}

const COLUMNS: readonly Column<ResolvedEntry>[] = [
  { key: 'patch', title: names.patch, width: 230, render: (row) => row.entry.patch },
  {
    key: 'state',
    title: names.state,
    width: 300,
    render: (row) => (
      <>
        <MarkText mark={ownerMark(row.entry.state)} />
        {row.superseded_by.map((one) => (
          <span key={one.patch} className={one.state ? 'hp-muted' : 'hp-tone-caution'}>
            {' '}
            ·{' '}
            {one.state
              ? words.successorKnown(one.patch, ownerMark(one.state).word)
              : words.successor(one.patch)}
          </span>
        ))}
      </>
    ),
  },
  {
    key: 'blocked',
    title: names.blocked,
    render: (row) =>
      row.blocked.length === 0 ? (
        words.mayInstall
      ) : (
        <span title={row.blocked.join('; ')}>
          {words.mayNot}: {row.blocked.join('; ')}
        </span>
      ),
  },
  {
    key: 'supplier',
    title: names.supplier,
    width: 160,
    render: (row) => <SupplierSays standing={row.supplier} brief />,
  },
  { key: 'evidence', title: names.evidence, width: 120, render: (row) => <Evidence row={row} /> },
  {
    key: 'signed',
    title: names.signed,
    width: 150,
    render: (row) => (row.signed_by.length > 0 ? row.signed_by.join(', ') : <NotApplicable />),
  },
  {
    key: 'expires',
    title: names.expires,
    width: 120,
    render: (row) =>
      row.expires_at ? (
        <When at={row.expires_at} dayOnly />
      ) : row.signed_by.length > 0 ? (
        words.forever
      ) : (
        <NotApplicable />
      ),
  },
  {
    key: 'from',
    title: names.from,
    width: 150,
    render: (row) => (row.inherited ? words.inherited(row.entry.baseline) : words.here),
  },
];

export function PatchesTab({ id }: { id: string }) {
  const [view] = useView();
  const list = usePatches(id, view.word);
  return (
    <>
      <WordLinks
        label={words.tabs.patches}
        all={words.all}
        words={[
          ['installable', words.installable],
          ['blocked', words.blocked],
        ]}
        count={countWords(list.count)}
      />
      <ListBody
        name={words.tabs.patches}
        list={list}
        columns={COLUMNS}
        rowKey={(row) => row.entry.patch}
        implied={view.word ?? ''}
        nothingYet={
          <Empty title={words.emptyPatches}>
            <p>{words.emptyPatchesText}</p>
          </Empty>
        }
      />
    </>
  );
}

export function FreshTab({ id }: { id: string }) {
  const list = usePatches(id, 'installable');
  return (
    <>
      <p className="hp-line">{words.freshNote}</p>
      <ListBody
        name={words.tabs.fresh}
        list={list}
        columns={COLUMNS.filter((column) => column.key !== 'blocked')}
        rowKey={(row) => row.entry.patch}
        nothingYet={
          <Empty title={words.emptyFresh}>
            <p>{words.emptyFreshText}</p>
          </Empty>
        }
      />
    </>
  );
}

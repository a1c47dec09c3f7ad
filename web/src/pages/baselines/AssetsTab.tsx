// The assets that a baseline governs, compared with it.

import { Link } from '@tanstack/react-router';
import type { AssetCompliance } from '../../api/types';
import { messages } from '../../messages';
import type { Column } from '../../parts/DataTable';
import { Empty } from '../../parts/Empty';
import { countWords, grouped, ListBody } from '../../parts/ListBody';
import { MarkText } from '../../parts/MarkText';
import { WordLinks } from '../../parts/WordLinks';
import { comparedMark } from '../../text/decisions';
import { useView } from '../../view';
import { useAssets } from './pieces';

const words = messages.baselines;
const names = words.assetColumns;

const COLUMNS: readonly Column<AssetCompliance>[] = [
  {
    key: 'tag',
    title: names.tag,
    width: 150,
    render: (row) => (
      <Link to="/assets/$id" params={{ id: row.asset_id }} search={{ tab: 'patches' }} data-row-main>
        {row.tag}
      </Link>
    ),
  },
  { key: 'word', title: names.word, width: 170, render: (row) => <MarkText mark={comparedMark(row.word)} /> },
  { key: 'decided', title: names.decided, width: 110, right: true, render: (row) => grouped(row.as_decided) },
  {
    key: 'notSeen',
    title: names.notSeen,
    width: 150,
    right: true,
    render: (row) => grouped(row.effective_not_seen),
  },
  {
    key: 'notEffective',
    title: names.notEffective,
    width: 150,
    right: true,
    render: (row) => grouped(row.seen_not_effective),
  },
  {
    key: 'unknown',
    title: names.unknown,
    width: 130,
    right: true,
    render: (row) => (
      <span className={row.unknown > 0 ? 'hp-tone-unsure' : undefined}>{grouped(row.unknown)}</span>
    ),
  },
  {
    key: 'undecided',
    title: names.undecided,
    width: 150,
    right: true,
    render: (row) => grouped(row.undecided),
  },
  {
    key: 'missing',
    title: names.missing,
    render: (row) =>
      row.missing.length === 0 ? (
        words.sure
      ) : (
        <span className="hp-tone-unsure">
          <span aria-hidden="true">? </span>
          {words.unsure(row.missing.join(', '))}
        </span>
      ),
  },
];

export function AssetsTab({ id }: { id: string }) {
  const [view] = useView();
  const list = useAssets(id, view.word);
  return (
    <>
      <WordLinks
        label={words.tabs.assets}
        all={words.all}
        words={['complies', 'deviates', 'unknown'].map((word) => [word, comparedMark(word).word] as const)}
        count={countWords(list.count)}
      />
      <ListBody
        name={words.tabs.assets}
        list={list}
        columns={COLUMNS}
        rowKey={(row) => row.asset_id}
        opens={false}
        implied={view.word ?? ''}
        nothingYet={
          <Empty title={words.emptyAssets}>
            <p>{words.emptyAssetsText}</p>
          </Empty>
        }
      />
    </>
  );
}

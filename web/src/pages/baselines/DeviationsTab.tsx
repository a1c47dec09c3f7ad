// Patches on assets that are not as decided, or of which nobody can say.

import { Link } from '@tanstack/react-router';
import type { ComplianceRow } from '../../api/types';
import { messages } from '../../messages';
import type { Column } from '../../parts/DataTable';
import { Empty } from '../../parts/Empty';
import { countWords, ListBody } from '../../parts/ListBody';
import { MarkText } from '../../parts/MarkText';
import { WordLinks } from '../../parts/WordLinks';
import { comparedMark, ownerMark } from '../../text/decisions';
import { useView } from '../../view';
import { useDeviations } from './pieces';

const words = messages.baselines;
const names = words.rowColumns;

const COLUMNS: readonly Column<ComplianceRow>[] = [
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
  {
    key: 'patch',
    title: names.patch,
    width: 200,
    render: (row) => <span className="hp-mono">{row.patch}</span>,
  },
  {
    key: 'decided',
    title: names.decided,
    width: 160,
    render: (row) => <MarkText mark={ownerMark(row.decided)} />,
  },
  {
    key: 'compared',
    title: names.compared,
    width: 190,
    render: (row) => <MarkText mark={comparedMark(row.compared)} />,
  },
  { key: 'why', title: names.why, render: (row) => <span title={row.why}>{row.why}</span> },
];

export function DeviationsTab({ id }: { id: string }) {
  const [view] = useView();
  const list = useDeviations(id, view.word);
  return (
    <>
      <WordLinks
        label={words.tabs.deviations}
        all={words.all}
        words={['effective_not_seen', 'seen_not_effective', 'unknown', 'superseded', 'blocked'].map(
          (word) => [word, comparedMark(word).word] as const,
        )}
        count={countWords(list.count)}
      />
      <ListBody
        name={words.tabs.deviations}
        list={list}
        columns={COLUMNS}
        rowKey={(row) => `${row.asset_id} ${row.patch}`}
        opens={false}
        implied={view.word ?? ''}
        nothingYet={
          <Empty title={words.emptyRows}>
            <p>{words.emptyRowsText}</p>
          </Empty>
        }
      />
    </>
  );
}

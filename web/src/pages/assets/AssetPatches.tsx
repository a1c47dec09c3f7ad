// How patches stand on an asset: installed, covered by a newer one, missing, or nobody can say. Each with the reason.

import { Link } from '@tanstack/react-router';
import { api, data } from '../../api/client';
import type { AssetPatches as Answer, Asset, PatchOnAsset } from '../../api/types';
import { messages } from '../../messages';
import { CountLink } from '../../parts/Counts';
import type { Column } from '../../parts/DataTable';
import { Drawer } from '../../parts/Drawer';
import { Empty } from '../../parts/Empty';
import { Facts, Section } from '../../parts/Facts';
import { keyed } from '../../parts/keyed';
import { grouped, ListBody } from '../../parts/ListBody';
import { MarkText, Unknown } from '../../parts/MarkText';
import { useList } from '../../parts/useList';
import { patchMark } from '../../text/words';
import { useView } from '../../view';
import { AssetBaseline } from './AssetBaseline';

const words = messages.patches;
const STANDINGS = ['missing', 'unknown', 'covered', 'installed'] as const;

type Listed = Answer['patches'] & { answer: Answer };

const COLUMNS: readonly Column<PatchOnAsset>[] = [
  { key: 'patch', title: words.patch, width: 150, render: (row) => row.patch },
  {
    key: 'standing',
    title: words.standing,
    width: 120,
    render: (row) => <MarkText mark={patchMark(row.standing)} />,
  },
  {
    key: 'product',
    title: words.product,
    width: 260,
    render: (row) => <span title={row.product}>{row.product}</span>,
  },
  { key: 'why', title: words.why, render: (row) => <span title={row.why}>{row.why}</span> },
  {
    key: 'fixes',
    title: words.fixes,
    width: 70,
    right: true,
    render: (row) => <span title={row.fixes.join(' ')}>{grouped(row.fixes.length)}</span>,
  },
];

function rowKey(row: PatchOnAsset): string {
  return `${row.patch} ${row.product}`;
}

/** `standing:missing` in the address, as every other filter; anything else asks for all. */
function standingOf(filter: string | undefined): string | undefined {
  return STANDINGS.find((one) => filter === `standing:${one}`);
}

export function AssetPatches({ asset }: { asset: Asset }) {
  const [view, change] = useView();
  const standing = standingOf(view.filter);
  const list = useList<Listed>(
    ['asset-patches', asset.id],
    { filter: standing, as_of: view.as_of },
    async ({ filter, ...query }) => {
      const answer = await data(
        api.GET('/api/v1/assets/{id}/patches', {
          params: { path: { id: asset.id }, query: { ...query, ...(filter ? { standing: filter } : {}) } },
        }),
      );
      return { ...answer.patches, answer };
    },
  );
  const answer = list.first?.answer;
  const open = list.items.find((row) => rowKey(row) === view.open);
  const hasNoProducts = answer?.products.length === 0;
  return (
    <div className={open ? 'hp-split hp-split-open' : 'hp-split'}>
      <div className="hp-main">
        {!view.as_of && <AssetBaseline id={asset.id} />}
        {answer && !hasNoProducts && <Head answer={answer} />}
        <ListBody
          name={words.tab}
          list={list}
          columns={COLUMNS}
          rowKey={rowKey}
          nothingYet={
            <Empty
              title={hasNoProducts ? words.noProducts : words.noneFits}
              symbol={hasNoProducts ? '?' : ''}
            />
          }
        />
      </div>
      {open && <PatchRowDrawer row={open} onClose={() => change({ open: undefined })} />}
    </div>
  );
}

function Head({ answer }: { answer: Answer }) {
  const [view] = useView();
  const asOf = view.as_of ? { as_of: view.as_of } : {};
  const open = answer.open_vulnerabilities;
  return (
    <section className="hp-headline">
      <p className="hp-totals">
        {STANDINGS.map((standing) => (
          <span
            key={standing}
            className={standing === 'missing' || standing === 'unknown' ? 'hp-total' : 'hp-total hp-muted'}
          >
            <strong>
              <CountLink
                value={answer.standings[standing]}
                to="."
                search={{ tab: 'patches', filter: `standing:${standing}`, ...asOf }}
                label={words.lists[standing]}
                unsure={standing === 'unknown'}
              />
            </strong>{' '}
            {words.lists[standing]}
          </span>
        ))}
        {view.filter && (
          <Link to="." search={{ tab: 'patches', ...asOf }}>
            {words.all}
          </Link>
        )}
      </p>
      {!answer.listed && (
        <p className="hp-gaps">
          <span className="hp-tone-unsure">? </span>
          {words.notListed}
        </p>
      )}
      {open.length > 0 && <p title={open.join(' ')}>{words.open(grouped(open.length))}</p>}
      <ul className="hp-plain-list">
        {answer.products.map((product) => (
          <li key={product.component}>
            {product.component}{' '}
            <span className="hp-muted">
              {product.candidates.length === 0
                ? words.noCandidates
                : `${words.candidates}: ${product.candidates.join(', ')}`}
            </span>
            {product.circles.length > 0 && (
              <span className="hp-tone-due">
                {' '}
                ▲ {words.circles}: {product.circles.map((circle) => circle.join(' → ')).join('; ')}
              </span>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function PatchRowDrawer({ row, onClose }: { row: PatchOnAsset; onClose: () => void }) {
  return (
    <Drawer
      title={row.patch}
      kicker={row.product}
      onClose={onClose}
      actions={
        <Link to="/patches" search={{ open: row.patch }} className="hp-nowrap">
          {words.more}
        </Link>
      }
    >
      <Facts rows={[[words.standing, <MarkText key="s" mark={patchMark(row.standing)} />]]} />
      <p className="hp-prose hp-why">{row.why}</p>
      {row.steps.length > 0 && (
        <Section title={words.steps}>
          <ol className="hp-history">
            {keyed(row.steps, (step) => `${step.newer} ${step.older}`).map(({ key, item: step }) => (
              <li key={key}>
                {words.step(step.newer, step.older)}
                <div className="hp-small hp-muted">
                  {words.stepBy(step.sources.join(', '), step.products.join(', '))}
                </div>
              </li>
            ))}
          </ol>
        </Section>
      )}
      <Section title={words.fixesOf}>
        {row.fixes.length === 0 ? (
          <Unknown />
        ) : (
          <ul className="hp-plain-list">
            {row.fixes.map((fix) => (
              <li key={fix} className="hp-mono">
                {fix}
              </li>
            ))}
          </ul>
        )}
      </Section>
    </Drawer>
  );
}

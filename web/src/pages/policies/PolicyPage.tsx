// One policy as it holds in the scope: in words, as a text, its revisions, and changing it.

import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { api, data } from '../../api/client';
import type { PolicyShown } from '../../api/types';
import { messages } from '../../messages';
import { CopyAs } from '../../parts/CopyAs';
import { MarkText, When } from '../../parts/MarkText';
import { Page } from '../../parts/Page';
import { ProblemNote } from '../../parts/ProblemNote';
import { TabLinks } from '../../parts/TabLinks';
import { policyFields } from '../../text/policy';
import { useView } from '../../view';
import { ChangeTab } from './ChangeTab';
import { RevisionDrawer } from './RevisionDrawer';
import { RevisionsTab } from './RevisionsTab';
import { Meaning, tablesOf, ValueText } from './values';

const words = messages.policies;
const one = words.one;
const TABS = [
  ['words', one.tabs.words],
  ['text', one.tabs.text],
  ['revisions', one.tabs.revisions],
  ['change', one.tabs.change],
] as const;

export function PolicyPage() {
  const { kind } = useParams({ strict: false }) as { kind: string };
  const [view, change] = useView();
  const tab = view.tab ?? 'words';
  const found = useQuery({
    queryKey: ['policy', kind, view.site],
    queryFn: () =>
      data(
        api.GET('/api/v1/policies/{kind}', {
          params: { path: { kind }, query: view.site ? { site: view.site } : {} },
        }),
      ),
  });
  const shown = found.data;
  const [, number] = (view.open ?? '').split('/');
  return (
    <Page
      title={shown?.title ?? messages.list.loading}
      kicker={
        <Link to="/policies" search={view.site ? { site: view.site } : {}}>
          {words.back}
        </Link>
      }
      actions={<CopyAs noun={`policy show ${kind}`} path={`/api/v1/policies/${kind}`} filter="" />}
      bar={
        <>
          {shown && <Head shown={shown} site={view.site} />}
          <TabLinks label={words.title} tabs={TABS} first="words" />
        </>
      }
      drawer={
        tab === 'revisions' &&
        number && (
          <RevisionDrawer kind={kind} number={Number(number)} onClose={() => change({ open: undefined })} />
        )
      }
    >
      {found.error && <ProblemNote error={found.error} onRetry={() => void found.refetch()} />}
      {shown && tab === 'words' && <InWords text={shown.text} />}
      {shown && tab === 'text' && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        <section className="hp-text" tabIndex={0} aria-label={one.tabs.text}>
          <pre className="hp-mono hp-policy-text">{shown.text}</pre>
        </section>
      )}
      {tab === 'revisions' && <RevisionsTab kind={kind} />}
      {shown && tab === 'change' && (
        <ChangeTab key={`${kind} ${view.site ?? ''}`} shown={shown} site={view.site} />
      )}
    </Page>
  );
}

function Head({ shown, site }: { shown: PolicyShown; site: string | undefined }) {
  const own = shown.written?.site;
  return (
    <div className="hp-headline">
      <p>{shown.about}</p>
      <p>
        <MarkText
          mark={
            shown.holds
              ? { symbol: '●', word: one.holds, tone: 'plain' }
              : { symbol: '—', word: one.holdsNot, tone: 'muted' }
          }
        />{' '}
        · {words.revision(shown.revision)}
        {shown.written && (
          <>
            {' '}
            · {shown.written.author} · <When at={shown.written.holds_from ?? shown.written.proposed_at} /> ·{' '}
            {shown.written.reason}
          </>
        )}
      </p>
      <p className="hp-muted">
        {own ? one.ofSite(own) : site ? one.follows(site) : one.general} {one.origin}: {shown.origin}.
      </p>
    </div>
  );
}

function InWords({ text }: { text: string }) {
  const fields = policyFields(text);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <section className="hp-text" tabIndex={0} aria-label={one.tabs.words}>
      {fields.length === 0 && <p className="hp-prose">{one.noFields}</p>}
      {fields.length > 0 && (
        <table className="hp-table hp-table-wrap hp-policy-values">
          <thead>
            <tr>
              <th scope="col">{one.meaning}</th>
              <th scope="col">{one.value}</th>
            </tr>
          </thead>
          {tablesOf(fields).map(([table, rows]) => (
            <tbody key={table}>
              {table !== '' && (
                <tr className="hp-policy-group">
                  <th colSpan={2} scope="rowgroup">
                    {table}
                  </th>
                </tr>
              )}
              {rows.map((field) => (
                <tr key={field.key}>
                  <th scope="row">
                    <Meaning field={field} />
                  </th>
                  <td>
                    <ValueText field={field} />
                  </td>
                </tr>
              ))}
            </tbody>
          ))}
        </table>
      )}
    </section>
  );
}

// Which assets lack the patches against a vulnerability, by what sources of patches list. No source is no answer.

import { Button } from '@patternfly/react-core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, data } from '../../api/client';
import { messages } from '../../messages';
import { keyed } from '../../parts/keyed';
import { countWords, grouped } from '../../parts/ListBody';
import { Loading } from '../../parts/Loading';
import { MarkText } from '../../parts/MarkText';
import { ProblemNote } from '../../parts/ProblemNote';
import { Sentence } from '../../parts/Sentence';
import { PAGE_SIZE, useList } from '../../parts/useList';
import { exact } from '../../text/filter';
import { lackMark } from '../../text/lacking';
import { lacking as words } from '../../words/lacking';

/** The most characters of a reason that stand in the table as they are. */
const SHORT = 120;

export function Lacking({ reference }: { reference: string }) {
  const [verdict, setVerdict] = useState('');
  const list = useList(['lacking', reference, verdict], {}, async ({ limit, cursor }) => {
    const query = { limit, ...(cursor ? { cursor } : {}), ...(verdict ? { verdict } : {}) };
    const found = await data(
      api.GET('/api/v1/vulnerabilities/{cve}/patches', { params: { path: { cve: reference }, query } }),
    );
    return { ...found.assets, whole: found };
  });
  if (list.error) {
    return <ProblemNote error={list.error} onRetry={list.retry} />;
  }
  const whole = list.first?.whole;
  if (!whole) {
    return <Loading />;
  }
  if (!whole.has_patches) {
    return <p className="hp-muted">{words.none}</p>;
  }
  return (
    <>
      <p>
        {words.counts(grouped(whole.yes), grouped(whole.unknown), grouped(whole.no))}{' '}
        {whole.not_listed > 0 && words.notListed(grouped(whole.not_listed))}{' '}
        <Link to="/patches" search={{ filter: exact('cve', reference) }}>
          {words.list}
        </Link>
      </p>
      <fieldset className="hp-quick hp-choices">
        <legend className="hp-hidden">{words.narrow}</legend>
        {[['', words.all] as const, ...Object.entries(words.verdicts)].map(([key, word]) => (
          <button
            key={key}
            type="button"
            className="hp-link"
            aria-pressed={verdict === key}
            onClick={() => setVerdict(key)}
          >
            {word}
          </button>
        ))}
      </fieldset>
      {list.items.length === 0 ? (
        <p className="hp-muted">{verdict === '' ? words.noAsset : words.noneFits}</p>
      ) : (
        <table className="hp-table hp-table-auto">
          <caption className="hp-hidden">
            {words.title}: {countWords(list.count)}
          </caption>
          <thead>
            <tr>
              <th scope="col">{words.columns.asset}</th>
              <th scope="col">{words.columns.verdict}</th>
              <th scope="col">{words.columns.why}</th>
            </tr>
          </thead>
          <tbody>
            {list.items.map((one) => (
              <tr key={one.asset}>
                <th scope="row">
                  <Link
                    to="/assets/$id"
                    params={{ id: one.asset }}
                    search={{ tab: 'patches' }}
                    className="hp-nowrap"
                  >
                    {one.tag}
                  </Link>
                </th>
                <td>
                  <MarkText mark={lackMark(one.verdict)} />
                </td>
                <td>
                  <Why text={one.why} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {list.hasMore && (
        <Button size="sm" variant="secondary" onClick={list.more} isLoading={list.isFetching}>
          {messages.actions.more(PAGE_SIZE)}
        </Button>
      )}
    </>
  );
}

/** A reason of several patches is long; it opens. */
function Why({ text }: { text: string }) {
  if (text.length <= SHORT) {
    return <Sentence text={text} />;
  }
  return (
    <details className="hp-raw">
      <summary>{words.open}</summary>
      <ul className="hp-list">
        {keyed(text.split('; '), (one) => one).map(({ key, item }) => (
          <li key={key}>
            <Sentence text={item} />
          </li>
        ))}
      </ul>
    </details>
  );
}

// Why a match says what it says: one sentence, the evidence, the raw places in the document.

import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, data } from '../../api/client';
import type { Explanation, Impact } from '../../api/types';
import { messages } from '../../messages';
import { Drawer } from '../../parts/Drawer';
import { Facts, Section } from '../../parts/Facts';
import { keyed } from '../../parts/keyed';
import { MarkText, NotApplicable, Said, When } from '../../parts/MarkText';
import { ProblemNote } from '../../parts/ProblemNote';
import { Sentence } from '../../parts/Sentence';
import { confidenceMark, resultMark, spoken, verdictMark } from '../../text/words';
import { useView } from '../../view';

type Row = Impact['assets'][number];

const words = messages.explain;

export function ExplanationDrawer({
  asset,
  matchId,
  onMatch,
  onClose,
}: {
  asset: Row | undefined;
  matchId: string | undefined;
  onMatch: (id: string) => void;
  onClose: () => void;
}) {
  const [view] = useView();
  const explanation = useQuery({
    queryKey: ['explanation', matchId, view.as_of],
    queryFn: () =>
      data(
        api.GET('/api/v1/matches/{id}/explanation', {
          params: { path: { id: matchId ?? '' }, query: { as_of: view.as_of } },
        }),
      ),
    enabled: matchId !== undefined,
  });
  const found = explanation.data;
  const tag = asset?.asset_tag ?? found?.match.asset_tag ?? words.title;
  const name = asset?.name ?? found?.match.asset_name;
  return (
    <Drawer
      title={tag}
      kicker={name}
      onClose={onClose}
      actions={
        found && (
          <Link to={`/assets/${found.match.asset_id}`} className="hp-nowrap">
            {words.asset}
          </Link>
        )
      }
    >
      {asset && asset.match_ids.length > 1 && (
        <MatchSelect ids={asset.match_ids} value={matchId} onMatch={onMatch} />
      )}
      {explanation.error && (
        <ProblemNote error={explanation.error} onRetry={() => void explanation.refetch()} />
      )}
      {found && <ExplanationText explanation={found} />}
    </Drawer>
  );
}

function MatchSelect({
  ids,
  value,
  onMatch,
}: {
  ids: readonly string[];
  value: string | undefined;
  onMatch: (id: string) => void;
}) {
  return (
    <label className="hp-field-line">
      {words.matches}
      <select value={value} onChange={(event) => onMatch(event.target.value)}>
        {ids.map((id, index) => (
          <option key={id} value={id}>
            {messages.list.of(index + 1, String(ids.length))}
          </option>
        ))}
      </select>
    </label>
  );
}

export function ExplanationText({ explanation }: { explanation: Explanation }) {
  const { match, raw } = explanation;
  return (
    <>
      <p className="hp-sentence">
        <MarkText mark={verdictMark(match.verdict)} />
        {match.verdict !== 'no' && (
          <>
            {' '}
            · <MarkText mark={confidenceMark(match.verdict, match.confidence)} />
          </>
        )}
      </p>
      <p className="hp-prose hp-why">
        <Sentence text={explanation.sentence} />
      </p>
      {match.verdict === 'unknown' && !match.status && (
        <p className="hp-prose hp-tone-unsure">
          <span aria-hidden="true">? </span>
          {words.notSaid}
        </p>
      )}
      {match.status === 'under_investigation' && (
        <p className="hp-prose hp-tone-unsure">
          <span aria-hidden="true">? </span>
          {words.investigating}
        </p>
      )}
      {explanation.replay === 'different' && (
        <p className="hp-note">
          <span aria-hidden="true">△ </span>
          {words.replayDifferent}
        </p>
      )}
      <Facts
        rows={[
          [
            words.vulnerability,
            match.vulnerability ? (
              <span key="v" className="hp-mono">
                {match.vulnerability}
              </span>
            ) : (
              <NotApplicable key="v" />
            ),
          ],
          [words.status, match.status ? spoken(match.status) : <Said key="s" value={null} />],
          [words.expression, match.expression],
          [words.rung, spoken(match.rung)],
        ]}
      />
      <EvidenceTable evidence={explanation.evidence} />
      {explanation.what_would_change_it.length > 0 && (
        <Section title={words.wouldChange}>
          <ul>
            {explanation.what_would_change_it.map((one) => (
              <li key={one}>
                <Sentence text={one} />
              </li>
            ))}
          </ul>
        </Section>
      )}
      <Section title={words.remediations}>
        {explanation.remediations.length === 0 ? (
          <p>{words.noRemediations}</p>
        ) : (
          explanation.remediations.map((one) => (
            <Remediation key={`${one.category} ${one.details} ${one.url}`} remediation={one} />
          ))
        )}
      </Section>
      <Section title={words.raw}>
        <Facts
          rows={[
            [
              words.document,
              <a key="d" href={raw.advisory_raw} download>
                {messages.impact.download}
              </a>,
            ],
            [
              words.hash,
              <span key="h" className="hp-mono hp-break">
                {raw.sha256}
              </span>,
            ],
          ]}
        />
        {raw.pointers.map((place) => (
          <details key={place.pointer} className="hp-raw">
            <summary className="hp-mono">{place.pointer || '/'}</summary>
            <pre className="hp-mono">
              {place.value === null || place.value === undefined
                ? words.tooLong
                : JSON.stringify(place.value, null, 2)}
            </pre>
          </details>
        ))}
      </Section>
    </>
  );
}

/** The tests and how they came out, both sides as they were written. */
export function EvidenceTable({ evidence }: { evidence: Explanation['evidence'] }) {
  return (
    <Section title={words.evidence}>
      <table className="hp-table hp-table-auto hp-evidence">
        <caption className="hp-hidden">{words.evidence}</caption>
        <thead>
          <tr>
            <th scope="col">{words.columns.test}</th>
            <th scope="col">{words.columns.asset}</th>
            <th scope="col">{words.columns.advisory}</th>
            <th scope="col">{words.columns.result}</th>
          </tr>
        </thead>
        <tbody>
          {keyed(evidence, (row) => row.test).map(({ key, item: row }) => (
            <tr key={key}>
              <th scope="row">{spoken(row.test)}</th>
              <td>
                <Said value={row.asset_value} />
              </td>
              <td>
                <Said value={row.advisory_value} />
                {row.advisory_pointer && (
                  <div className="hp-mono hp-small hp-muted hp-break">{row.advisory_pointer}</div>
                )}
                {row.note && (
                  <div className="hp-small hp-muted">
                    <Sentence text={row.note} />
                  </div>
                )}
              </td>
              <td>
                <MarkText mark={resultMark(row.result)} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}

type RemediationShape = Explanation['remediations'][number];

export function Remediation({ remediation }: { remediation: RemediationShape }) {
  const url = remediation.url;
  return (
    <div className="hp-remediation">
      <strong>{spoken(remediation.category)}</strong>
      <p className="hp-prose">{remediation.details}</p>
      {url && (
        <p>
          <OutsideLink url={url} />
        </p>
      )}
      <p className="hp-small hp-muted">
        {words.restart}: {remediation.restart ? spoken(remediation.restart) : <Said value={null} />}
        {remediation.date && (
          <>
            {' '}
            · {words.from} <When at={remediation.date} dayOnly />
          </>
        )}
      </p>
    </div>
  );
}

/** An address from a document: a link only when it is one of the web, with nothing told to the other side. */
export function OutsideLink({ url, children }: { url: string; children?: string }) {
  if (!/^https?:\/\//i.test(url)) {
    return <span className="hp-break">{url}</span>;
  }
  return (
    <a href={url} target="_blank" rel="noopener noreferrer" className="hp-break">
      {children ?? url} <span aria-hidden="true">↗</span>
    </a>
  );
}

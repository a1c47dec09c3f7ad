// One status: where it stands, who said what when and why, and why the asset matches at all.

import { Button } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, data } from '../../api/client';
import type { RemediationLine } from '../../api/types';
import { messages } from '../../messages';
import { Drawer } from '../../parts/Drawer';
import { Facts, Section } from '../../parts/Facts';
import { MarkText, NotApplicable, Said, When } from '../../parts/MarkText';
import { ProblemNote } from '../../parts/ProblemNote';
import { Sentence } from '../../parts/Sentence';
import { exact } from '../../text/filter';
import { confidenceMark, spoken, statusMark, verdictMark } from '../../text/words';

const words = messages.remediation;

export function LineDrawer({
  line,
  onSet,
  onClose,
}: {
  line: RemediationLine;
  /** Absent: the reader may not set it. */
  onSet: (() => void) | undefined;
  onClose: () => void;
}) {
  return (
    <Drawer
      title={line.asset_tag}
      kicker={`${line.advisory} · ${line.vulnerability}`}
      onClose={onClose}
      actions={
        onSet && (
          <Button size="sm" onClick={onSet}>
            {words.set}
          </Button>
        )
      }
    >
      <Facts
        rows={[
          [words.columns.state, <MarkText key="s" mark={statusMark(line.state)} />],
          [
            messages.impact.columns.verdict,
            <span key="v">
              <MarkText mark={verdictMark(line.verdict)} />{' '}
              <MarkText mark={confidenceMark(line.verdict, line.confidence)} />
            </span>,
          ],
          [
            words.probability,
            <span key="p">
              {line.probability.value} <span className="hp-muted">{line.probability.reason}</span>
            </span>,
          ],
          [
            messages.impact.columns.product,
            <Said key="d" value={[line.vendor, line.product].filter(Boolean).join(' ')} />,
          ],
          [messages.impact.columns.site, <Said key="i" value={line.site} />],
          [messages.impact.columns.zone, <Said key="z" value={line.zone} />],
        ]}
      />
      <Section title={words.why}>
        <p className="hp-prose">
          <Sentence text={line.why} />
        </p>
        <p>
          <Link
            to={`/advisories/${line.advisory_id}`}
            search={{ filter: exact('asset', line.asset_tag), open: line.asset_id, match: line.match_id }}
          >
            {words.openMatch}
          </Link>
          {' · '}
          <Link to={`/assets/${line.asset_id}`}>{messages.explain.asset}</Link>
        </p>
      </Section>
      <History line={line} />
    </Drawer>
  );
}

function History({ line }: { line: RemediationLine }) {
  const asked = {
    advisory: line.advisory_id,
    vulnerability: line.vulnerability,
    asset: line.asset_id,
  };
  const history = useQuery({
    queryKey: ['remediation-history', asked, line.since],
    queryFn: () =>
      data(
        api.GET('/api/v1/remediations:history', {
          params: { query: asked },
          // An empty name of a vulnerability is a name too; the client would leave it out.
          querySerializer: (query) => new URLSearchParams(query as Record<string, string>).toString(),
        }),
      ),
  });
  const periods = history.data?.items;
  return (
    <Section title={words.history}>
      {history.error && <ProblemNote error={history.error} onRetry={() => void history.refetch()} />}
      {periods?.length === 0 && <p className="hp-muted">{words.noHistory}</p>}
      <ul className="hp-history">
        {periods?.map((one) => (
          <li key={one.from}>
            <MarkText mark={statusMark(one.state)} /> <When at={one.from} /> <strong>{one.by}</strong>{' '}
            <span className="hp-muted">
              {words.causes[one.cause] ?? spoken(one.cause)} · {words.version} {one.tracking_version}
            </span>
            <div className="hp-break">{one.reason || <NotApplicable />}</div>
          </li>
        ))}
      </ul>
    </Section>
  );
}

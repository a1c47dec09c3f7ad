// What is known of the threat, in cells and words. "Not listed" is said only when the catalogue was read.

import type { ThreatFacts } from '../../api/types';
import { messages } from '../../messages';
import { MarkText, Unknown, When } from '../../parts/MarkText';
import { kevMark } from '../../text/words';

const words = messages.vulnerabilities;

/** `93.2 %`. */
export function percent(share: number): string {
  return `${(share * 100).toLocaleString('en-GB', { maximumFractionDigits: 1 })} %`;
}

export function Kev({ threat }: { threat: ThreatFacts }) {
  return <MarkText mark={kevMark(threat.kev)} />;
}

export function Epss({ threat }: { threat: ThreatFacts }) {
  return threat.epss === null || threat.epss === undefined ? <Unknown /> : percent(threat.epss);
}

export function KevWords({ threat }: { threat: ThreatFacts }) {
  const said =
    threat.kev === 'yes'
      ? words.kevListed(threat.kev_added ?? '?', threat.kev_due ?? '?')
      : threat.kev === 'no'
        ? words.kevNot
        : words.kevUnknown;
  return (
    <>
      <Kev threat={threat} /> {said}
      {threat.kev === 'yes' &&
        `, ${threat.ransomware === 'known' ? words.ransomwareKnown : words.ransomwareUnknown}`}
      {threat.kev_read_at && (
        <span className="hp-muted">
          {' '}
          · {words.kevRead} <When at={threat.kev_read_at} />
        </span>
      )}
    </>
  );
}

export function EpssWords({ threat }: { threat: ThreatFacts }) {
  if (threat.epss === null || threat.epss === undefined) {
    return words.noEpss;
  }
  return (
    <>
      {words.epssOf(percent(threat.epss))}
      {typeof threat.epss_percentile === 'number' && words.epssHigher(percent(threat.epss_percentile))}
      {threat.epss_day && <span className="hp-muted"> · {words.epssDay(threat.epss_day)}</span>}
    </>
  );
}

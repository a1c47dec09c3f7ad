// The impact zone by zone. Every number leads to exactly its rows.

import type { Impact } from '../../api/types';
import { messages } from '../../messages';
import { CountLink } from '../../parts/Counts';
import { Said } from '../../parts/MarkText';
import { both, exact } from '../../text/filter';
import { useView } from '../../view';

type Zone = Impact['zones'][number];
type Verdict = 'yes' | 'unknown' | 'no';

const words = messages.impact;
const VERDICTS: readonly Verdict[] = ['yes', 'unknown', 'no'];

export function ZoneTable({ impact, site }: { impact: Pick<Impact, 'zones'>; site: string | undefined }) {
  const [view] = useView();
  const zones = impact.zones.filter(
    (zone) => (!site || zone.site === site) && zone.yes + zone.unknown + zone.no > 0,
  );
  if (zones.length === 0) {
    return null;
  }
  const cell = (zone: Zone, verdict: Verdict) => {
    const filter = both(
      `verdict:${verdict}`,
      zone.site === site ? '' : exact('site', zone.site),
      exact('zone', zone.zone),
    );
    const label = `${words.columns[verdict]}, ${zone.zone ?? words.noZone}`;
    const kept = { ...(site ? { site } : {}), ...(view.as_of ? { as_of: view.as_of } : {}) };
    return (
      <td key={verdict} className="hp-right">
        <CountLink
          value={zone[verdict]}
          to="."
          search={{ filter, ...kept }}
          label={label}
          unsure={verdict === 'unknown'}
        />
      </td>
    );
  };
  return (
    <div className="hp-zones">
      <table className="hp-table hp-table-auto">
        <caption className="hp-hidden">{words.zones}</caption>
        <thead>
          <tr>
            <th scope="col">{words.columns.zone}</th>
            <th scope="col">{words.columns.site}</th>
            <th scope="col">{words.columns.level}</th>
            {VERDICTS.map((verdict) => (
              <th key={verdict} scope="col" className="hp-right">
                {words.columns[verdict]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {zones.map((zone) => (
            <tr key={`${zone.site_id} ${zone.zone_id}`}>
              <th scope="row">{zone.zone ?? <span className="hp-muted">{words.noZone}</span>}</th>
              <td>{zone.site ?? <span className="hp-muted">{words.noSite}</span>}</td>
              <td>
                <Said value={zone.purdue_level} />
              </td>
              {VERDICTS.map((verdict) => cell(zone, verdict))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

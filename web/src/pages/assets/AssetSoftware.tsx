// Software that was seen on an asset.

import type { Asset } from '../../api/types';
import { messages } from '../../messages';
import { keyed } from '../../parts/keyed';
import { Age, Said } from '../../parts/MarkText';
import { spoken } from '../../text/words';

const columns = messages.assets.columns;

export function AssetSoftware({ asset }: { asset: Asset }) {
  if (asset.installed.length === 0) {
    return <p className="hp-muted">{messages.assets.noSoftware}</p>;
  }
  return (
    <table className="hp-table hp-table-auto">
      <caption className="hp-hidden">{messages.assets.drawer.software}</caption>
      <thead>
        <tr>
          <th scope="col">{columns.product}</th>
          <th scope="col">{columns.vendor}</th>
          <th scope="col">{messages.products.columns.version}</th>
          <th scope="col">{columns.kind}</th>
          <th scope="col" className="hp-right">
            {messages.assets.age}
          </th>
        </tr>
      </thead>
      <tbody>
        {keyed(asset.installed, (one) => `${one.vendor} ${one.product} ${one.version}`).map(
          ({ key, item: one }) => (
            <tr key={key}>
              <th scope="row" title={one.purl ?? one.cpe ?? undefined}>
                <Said value={one.product ?? one.purl ?? one.cpe} />
              </th>
              <td>
                <Said value={one.vendor} />
              </td>
              <td>
                <Said value={one.version} mono />
              </td>
              <td>{spoken(one.kind)}</td>
              <td className="hp-right">
                <Age at={one.observed_at} />
              </td>
            </tr>
          ),
        )}
      </tbody>
    </table>
  );
}

// The values of an asset, field by field, each with its source and age; and changing one of them.

import { useState } from 'react';
import { useMay } from '../../api/session';
import type { Asset } from '../../api/types';
import { messages } from '../../messages';
import { Age, Said } from '../../parts/MarkText';
import { spoken } from '../../text/words';
import { useView } from '../../view';
import { EditDialog } from './EditDialog';

const words = messages.assets;

/** Fields whose values are words of the program. */
const WORDS = new Set(['kind', 'management']);

/** Fields that every asset is asked for, in the order in which people read them. */
const ASKED = [
  'name',
  'kind',
  'vendor',
  'product',
  'order_number',
  'serial_number',
  'hardware_revision',
  'firmware_version',
  'os_name',
  'os_version',
  'site',
  'zone',
  'purdue_level',
  'owner',
];

/** What stands under a certificate is asked for it, and what has one is asked how far it reaches. */
function certificate(asset: Asset): readonly string[] {
  const of = (name: string) => asset.fields.find((field) => field.field === name)?.value;
  const grave = ['major', 'catastrophic'].includes(of('safety_consequence') ?? '');
  const known = of('safety_certificate');
  if (known && known !== 'none') {
    return ['safety_certificate', 'certificate_until', 'certified_releases'];
  }
  return known || grave || of('kind') === 'safety-controller' ? ['safety_certificate'] : [];
}

export function AssetFields({ asset }: { asset: Asset }) {
  const [view] = useView();
  const [editing, setEditing] = useState<string>();
  const mayEdit = useMay('write-inventory') && !view.as_of;
  const known = new Map(asset.fields.map((field) => [field.field, field]));
  const asked = [...ASKED, ...certificate(asset)];
  const names = [
    ...asked,
    ...asset.fields.map((field) => field.field).filter((name) => !asked.includes(name)),
  ];
  return (
    <>
      <table className="hp-table hp-table-auto">
        <caption className="hp-hidden">{words.drawer.values}</caption>
        <thead>
          <tr>
            <th scope="col">{words.field}</th>
            <th scope="col">{words.value}</th>
            <th scope="col">{words.source}</th>
            <th scope="col" className="hp-right">
              {words.age}
            </th>
            {mayEdit && (
              <th scope="col">
                <span className="hp-hidden">{messages.actions.edit}</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {names.map((name) => {
            const field = known.get(name);
            return (
              <tr key={name}>
                <th scope="row">{spoken(name)}</th>
                <td className="hp-break">
                  <Said value={field && (WORDS.has(name) ? spoken(field.value) : field.value)} />
                </td>
                <td className="hp-source hp-muted" title={field?.source}>
                  {field?.source}
                </td>
                <td className="hp-right hp-nowrap">{field && <Age at={field.observed_at} />}</td>
                {mayEdit && (
                  <td className="hp-nowrap">
                    <button
                      type="button"
                      className="hp-link"
                      aria-label={words.editField(spoken(name))}
                      onClick={() => setEditing(name)}
                    >
                      {messages.actions.edit}
                    </button>
                  </td>
                )}
              </tr>
            );
          })}
        </tbody>
      </table>
      {editing && (
        <EditDialog key={editing} asset={asset} field={editing} onClose={() => setEditing(undefined)} />
      )}
    </>
  );
}

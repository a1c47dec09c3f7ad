// What a column of a table can hold, in the API's words.

import { messages } from '../../messages';
import { spoken } from '../../text/words';

const words = messages.wizard;

const FIELDS = [
  'name',
  'site',
  'zone',
  'purdue_level',
  'kind',
  'vendor',
  'product',
  'order_number',
  'serial_number',
  'hardware_revision',
  'firmware_version',
  'os_name',
  'os_version',
  'ip',
  'mac',
  'owner',
  'location',
  'redundancy_group',
  'management',
  'end_of_support',
  'safety_consequence',
  'production_consequence',
  'environment_consequence',
  'quality_consequence',
  'data_consequence',
  'safety_certificate',
  'certificate_until',
  'certified_releases',
  'zone_exposure',
];
const INSTALLED = ['vendor', 'product', 'version', 'purl', 'cpe'];

/** The word that a column is not taken by. */
export const IGNORE = 'ignore';

/** What columns can hold: the API's word, and how people say it. */
export const TARGETS: readonly (readonly [string, string])[] = [
  [IGNORE, words.notTaken],
  ['asset_tag', spoken('asset_tag')],
  ...FIELDS.map((field) => [`field:${field}`, spoken(field)] as const),
  ...INSTALLED.map((part) => [`installed:${part}`, words.installed(spoken(part))] as const),
  ['id', words.idTarget],
  ['etag', words.etagTarget],
];

/** The word of a target, whichever of its two forms the report uses. */
export function targetWord(field: string | null | undefined): string {
  if (!field) {
    return IGNORE;
  }
  const known = TARGETS.some(([word]) => word === field);
  return known ? field : `field:${field}`;
}

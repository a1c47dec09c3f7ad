// The words of the devices' doors: agents, hosts that are reached over SSH, devices with a client of their own.

export const agents = {
  title: 'Agents',
  tabs: { agents: 'Agents', hosts: 'Hosts over SSH', clients: 'Own clients (DDI)' },
  quick: 'Which agents',
  all: 'All',
  holding: 'Enrolled',
  overdue: 'Not seen for 30 minutes',
  lost: 'Lost their records',
  columns: {
    asset: 'Asset',
    site: 'Site',
    class: 'Class',
    host: 'Calls itself',
    version: 'Version',
    seen: 'Last seen',
    heard: 'Last told',
    inventory: 'Inventory',
    expires: 'Certificate until',
    state: 'State',
  },
  states: {
    enrolled: 'Enrolled',
    overdue: 'Overdue',
    certificate_over: 'Certificate over',
    lost_records: 'Lost its records: look at the device before it gets work',
    ended: 'Ended',
  },
  never: 'never',
  ended: (why: string) => (why === '' ? 'Ended' : `Ended: ${why}`),
  example: 'site:North seen>1d',
  emptyTitle: 'No device is enrolled',
  emptyText:
    'An agent is enrolled with a code for one asset. Make one here, and type at the device what is shown.',
  makeCode: 'Make a code',
  codeText:
    'With the code one device becomes this asset. It works once, and ends the codes that the asset had before.',
  codeMade: (asset: string) => `A code for ${asset}`,
  codeOnce:
    'It is shown this once. Type it at the device, with the address of this server that devices reach.',
  codeUntil: 'It works until',
  codeLine: 'What to type at the device',
  assetHint: 'Tag or id',
  classHint: 'Images are signed for a class of devices',
  hours: 'Works for so many hours',
  reason: 'Reason',
  revoke: 'Revoke',
  revokeOf: (asset: string) => `Revoke the agent of ${asset}`,
  revokeTitle: (asset: string) => `Revoke the agent of ${asset}?`,
  revokeText:
    'Its certificate works no more, within a second and for good. To come back the device is enrolled anew.',
};

export const hosts = {
  columns: {
    address: 'Address',
    account: 'Account',
    rights: 'Rights',
    key: 'Pinned key',
    served: 'Served by',
    worked: 'Last worked on',
    changed: 'Written',
  },
  rights: { own: 'its own', sudo: 'sudo' } as Record<string, string>,
  served: { ssh: 'SSH', agent: 'Its agent', controller: 'Its own client' },
  example: 'served:ssh address~"10.1."',
  emptyTitle: 'No host is reached over SSH',
  emptyText:
    'A host without an agent gets a line with the fingerprint of its key, compared at the machine: `holdpoint line put`.',
};

export const clients = {
  columns: {
    name: 'Calls itself',
    state: 'State',
    address: 'Came from',
    first: 'First seen',
    by: 'Decided by',
  },
  states: { candidate: 'Waits for a person', accepted: 'Accepted', refused: 'Refused' },
  example: 'state:candidate',
  emptyTitle: 'No device with a client of its own has shown up',
  emptyText: 'One that comes to the DDI door with a token that nobody knows waits here for a person.',
  accept: 'Accept',
  acceptOf: (name: string) => `Accept ${name}`,
  acceptTitle: (name: string) => `Which asset is ${name}?`,
  acceptText: 'It gets a token of its own. The one that it had before works no more.',
  accepted: (name: string) => `The token of ${name}`,
  once: 'It is shown this once. Write it into the settings of the device.',
  token: 'Token',
  refuse: 'Refuse',
  refuseOf: (name: string) => `Refuse ${name}`,
  refuseTitle: (name: string) => `Refuse ${name}?`,
  refuseText: 'It is sent away until somebody accepts it.',
};

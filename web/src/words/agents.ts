// The words of agents: which devices are enrolled, when each was heard.

export const agents = {
  title: 'Agents',
  quick: 'Which agents',
  all: 'All',
  holding: 'Enrolled',
  lost: 'Lost their records',
  columns: {
    asset: 'Asset',
    site: 'Site',
    class: 'Class',
    asked: 'Last asked',
    heard: 'Last told',
    inventory: 'Inventory',
    expires: 'Certificate until',
    state: 'State',
  },
  never: 'never',
  sinceStart: 'not since the server was started',
  ended: (why: string) => (why === '' ? 'ended' : `ended: ${why}`),
  lostRecords: 'lost its records; look at the device before it gets work',
  enrolled: 'enrolled',
  example: 'site:North heard<-1d',
  emptyTitle: 'No device is enrolled',
  emptyText:
    'An agent is enrolled with a code for one asset. `holdpoint agents code TAG` or the API makes one, and shows what to type at the device.',
};

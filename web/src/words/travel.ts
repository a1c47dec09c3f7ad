// Words about what travels without a network: calendars, work orders, transfers.

export const calendarFiles = {
  take: 'Import calendar',
  takeText:
    'A calendar of others is shown first, as what it would change. Nothing changes until you take exactly that. An event that is not in the file any more ends nothing.',
  site: 'Site, by name',
  kind: 'Kind, for events without a category',
  file: 'The .ics file',
  fileHint: 'Choose an iCalendar file, or drop it here',
  look: 'Show the changes',
  accept: 'Take these changes',
  none: 'The file would change nothing.',
  taken: 'The changes were made.',
  warnings: 'Left out, because half of an event puts work on the wrong night',
  columns: { what: 'Change', name: 'Window', before: 'Is', after: 'Becomes' },
  whats: { new: 'new', changed: 'changed', cancelled: 'ends', same: 'same' } as Record<string, string>,
  give: 'Subscribe',
  giveText:
    'An address that a calendar program reads: windows, freezes and planned steps, as far as you may see them. Whoever has the address can read it. Editing the calendar changes nothing here.',
  givenName: 'What it is for',
  givenNameHelp: 'For example who reads it.',
  givenSite: 'Only this site',
  givenSiteHelp: 'Empty: all that you may see.',
  hide: 'Leave the titles out',
  make: 'Make an address',
  once: 'Copy it now. It is not kept and cannot be shown again.',
  copied: 'The address',
  own: 'Addresses that work',
  ownNone: 'None.',
  revoke: 'Revoke',
  all: 'all sites',
  titlesHidden: 'without titles',
} as const;

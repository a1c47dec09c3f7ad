// Words about where patches come from, which of them to take first, and files that are put in.

export const cover = {
  note: 'Each time the patch that closes most of what is still open. Open is what is on an asset for certain; what nobody can say stands beside and is not among it.',
  closes: 'Closes',
  closed: 'Closed with it in all',
  share: 'Of what can be closed',
  assets: 'Missing on',
  patch: 'Patch',
  answer: (patches: string, closable: string, open: string) =>
    `${patches} patches close ${closable} of the ${open} vulnerabilities that are open on assets.`,
  bound: (n: string) => `No choice closes that with fewer than ${n}.`,
  unknown: (n: string) => `Of ${n} more nobody can say whether they are there.`,
  cut: (shown: string, all: string) => `The first ${shown} of ${all} are shown.`,
  declined: 'Declined everywhere, though they would close something; the answer does without them:',
  emptyTitle: 'No patch closes anything for certain',
  emptyText: (open: string, unknown: string) =>
    `${open} vulnerabilities are open on assets for certain, and of ${unknown} nobody can say. No missing patch is known that closes one of them.`,
} as const;

export const gather = {
  title: 'Gather the patches of advisories',
  text: 'The fixes that advisories name become patches, of every advisory that was held against something of the inventory. It is done by itself after an import; by hand it does no harm.',
  submit: 'Gather',
  seen: 'Looked at',
  kept: 'Patches kept of it',
  new: 'New',
  changed: 'Changed',
  unchanged: 'As they were',
  withdrawn: 'Said no more',
  remarks: 'Remarks',
} as const;

export const repository = {
  title: 'Read a repository of Linux packages',
  text: 'What the inventory has of it becomes patches. What is said under a name replaces what was said before under it.',
  submit: 'Read it',
  kind: 'What it holds',
  kinds: { apt: 'Debian packages (apt)', dnf: 'RPM packages (dnf)' } as Record<string, string>,
  name: 'Its name here',
  place: 'The folder of a mirror on the server, or an https address',
  suite: 'Suite',
  suiteHelp: 'For example bookworm-security; ./ for a flat repository.',
  components: 'Components',
  componentsHelp: 'Separate several by blanks; none for a flat repository.',
  architecture: 'Architecture',
  namespace: 'Namespace of its packages',
  namespaceHelp: { apt: 'Empty: as its release file says.', dnf: 'For example redhat.' } as Record<
    string,
    string
  >,
  distros: 'Names of the distribution',
  distrosHelp: 'For example rhel-9. Separate several by blanks.',
} as const;

export const patchFile = {
  title: (patch: string) => `Put a file of ${patch} in`,
  text: 'A file stays where its vendor keeps it unless somebody puts it in. Its hash is held against what the sources say; a file in which malware was found is refused.',
  submit: 'Put it in',
  file: 'The file',
  hint: 'Choose the file, or drop it here',
  origin: 'Where it comes from',
  originHelp: 'The address or the medium, and who fetched it.',
  sha256: 'SHA-256 that is expected',
  sha256Help: 'As the vendor gives it. Empty: nobody has said one.',
  scan: 'What a scan for malware found',
  choose: 'Choose what it found',
  scans: { clean: 'nothing: clean', 'not-scanned': 'it was not scanned', found: 'malware' } as Record<
    string,
    string
  >,
  scanner: 'What scanned it, with its version',
  scannedAt: 'When it was scanned (UTC)',
  done: (name: string) => `${name} is in.`,
  hash: 'SHA-256',
  note: 'Against the sources',
} as const;

export const ownPatch = {
  title: "Write a file or a script of the plant's own down",
  text: 'It becomes a patch that can be tested, decided and planned like any other. Where agents put a file, or how they run a script that lies on its devices, is said by the image that people sign.',
  submit: 'Write it down',
  kind: 'What agents do with it',
  kinds: {
    file: { label: 'put a file in place', next: 'Put its file in at the patch.' },
    script: {
      label: 'run a script of the devices',
      next: 'Put the templates of its runs in at the patch; they stand on the devices as NAME.json.',
    },
  } as Record<string, { label: string; next: string }>,
  name: 'Name',
  nameHelp: 'One word, for example plant-screen.',
  version: 'Version',
  what: 'What it is',
  publisher: 'Who publishes it',
  class: 'Kind of change',
  classes: {
    unknown: 'nobody has said',
    'security-critical': 'security, critical',
    security: 'security',
    recommended: 'recommended',
    feature: 'feature',
    firmware: 'firmware',
  } as Record<string, string>,
  fixes: 'Vulnerabilities that it fixes',
  fixesHelp: 'For example CVE-2026-12345. Separate several by blanks.',
  done: (name: string, next: string) => `${name} is written down. ${next}`,
} as const;

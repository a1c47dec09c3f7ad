// One patch: what the sources say together, then each document's own words, with what replaces what.

import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, data } from '../../api/client';
import type { PatchDetail } from '../../api/types';
import { messages } from '../../messages';
import { Drawer } from '../../parts/Drawer';
import { Facts, Section } from '../../parts/Facts';
import { grouped } from '../../parts/ListBody';
import { NotApplicable, Said, When } from '../../parts/MarkText';
import { ProblemNote } from '../../parts/ProblemNote';
import { spoken } from '../../text/words';
import { PatchFiles } from './PatchFiles';
import { Statements } from './Statements';

const words = messages.patches;
/** Names of a long list that are shown. */
const SHOWN = 30;

type Record = PatchDetail['records'][number];

export function PatchDrawer({ name, onClose }: { name: string; onClose: () => void }) {
  const patch = useQuery({
    queryKey: ['patch', name],
    queryFn: () => data(api.GET('/api/v1/patches/{id}', { params: { path: { id: name } } })),
  });
  const found = patch.data?.patch;
  return (
    <Drawer title={found?.name ?? name} kicker={found?.title ?? undefined} onClose={onClose}>
      {patch.error && <ProblemNote error={patch.error} onRetry={() => void patch.refetch()} />}
      {found && (
        <Facts
          rows={[
            [
              words.columns.class,
              <Said key="c" value={found.class === 'unknown' ? null : spoken(found.class)} />,
            ],
            [words.columns.severity, <Said key="s" value={found.severity} />],
            [words.bulletin, found.bulletin ?? <NotApplicable key="b" />],
            [words.columns.restart, <Said key="r" value={found.restart} />],
            [words.replacedBy, <Patches key="x" names={patch.data?.successors ?? []} />],
            [words.columns.released, <When key="d" at={found.released_at} dayOnly />],
          ]}
        />
      )}
      {patch.data && <Statements statements={patch.data.statements} />}
      {patch.data && <PatchFiles patch={patch.data.patch.name} files={patch.data.files} />}
      {patch.data?.records.map((record) => (
        <RecordText key={`${record.source} ${record.document}`} record={record} />
      ))}
    </Drawer>
  );
}

function RecordText({ record }: { record: Record }) {
  return (
    <Section title={`${record.source}: ${record.document}`}>
      <Facts
        rows={[
          [words.knownSince, <When key="k" at={record.known_since} />],
          [words.classification, <Said key="c" value={record.classification} />],
          [words.supersedes, <Patches key="s" names={record.supersedes} />],
          [words.supersededBy, <Patches key="b" names={record.superseded_by} />],
          [words.needs, <Patches key="n" names={record.needs} />],
          [words.fixedBuild, <Said key="f" value={record.fixed_build} mono />],
          [words.columns.restart, <Said key="r" value={record.restart} />],
          [words.fixesOf, <Names key="v" names={record.fixes} />],
          [words.productsOf, <Names key="p" names={record.products} />],
          [words.files, <Names key="l" names={record.files.map((file) => file.name)} />],
        ]}
      />
      {record.url?.startsWith('https://') && (
        <p>
          <a href={record.url} rel="noreferrer">
            {words.more}
          </a>
        </p>
      )}
    </Section>
  );
}

/** Names of other patches, each a link to it. No name means that this source says nothing, not that there is none. */
function Patches({ names }: { names: readonly string[] }) {
  if (names.length === 0) {
    return <span className="hp-muted">{words.saysNothing}</span>;
  }
  return (
    <>
      {names.slice(0, SHOWN).map((name, index) => (
        <span key={name}>
          {index > 0 && ', '}
          <Link to="." search={(old: { [name: string]: unknown }) => ({ ...old, open: name })}>
            {name}
          </Link>
        </span>
      ))}
      <Rest names={names} />
    </>
  );
}

function Names({ names }: { names: readonly string[] }) {
  if (names.length === 0) {
    return <span className="hp-muted">{words.saysNothing}</span>;
  }
  return (
    <>
      {names.slice(0, SHOWN).join(', ')}
      <Rest names={names} />
    </>
  );
}

function Rest({ names }: { names: readonly string[] }) {
  return (
    names.length > SHOWN && <span className="hp-muted"> {words.moreOf(grouped(names.length - SHOWN))}</span>
  );
}

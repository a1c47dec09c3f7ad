// Choosing roles and where they hold; and showing them.

import { Button } from '@patternfly/react-core';
import { useSites } from '../api/session';
import type { Grant } from '../api/types';
import { messages } from '../messages';

export interface ChosenGrant {
  readonly role: string;
  /** Site's id; `null`: everywhere. */
  readonly site: string | null;
}

const words = messages.users;
const ROLES = Object.keys(words.roleWords);

export function GrantFields({
  grants,
  onChange,
}: {
  grants: readonly ChosenGrant[];
  onChange: (grants: ChosenGrant[]) => void;
}) {
  const sites = useSites().data?.items ?? [];
  const set = (index: number, patch: Partial<ChosenGrant>) =>
    onChange(grants.map((grant, at) => (at === index ? { ...grant, ...patch } : grant)));
  return (
    <fieldset className="hp-grants">
      <legend>{words.roles}</legend>
      {grants.map((grant, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows have no other identity while they are being chosen
        <div key={index} className="hp-grant">
          <select
            aria-label={`${words.role} ${index + 1}`}
            value={grant.role}
            onChange={(event) => set(index, { role: event.target.value })}
          >
            {ROLES.map((role) => (
              <option key={role} value={role}>
                {words.roleWords[role]}
              </option>
            ))}
          </select>
          <select
            aria-label={`${words.where} ${index + 1}`}
            value={grant.site ?? ''}
            onChange={(event) => set(index, { site: event.target.value || null })}
          >
            <option value="">{words.everywhere}</option>
            {sites.map((site) => (
              <option key={site.id} value={site.id}>
                {site.name}
              </option>
            ))}
          </select>
          <button
            type="button"
            className="hp-link"
            aria-label={`${messages.actions.remove}: ${words.role} ${index + 1}`}
            onClick={() => onChange(grants.filter((_, at) => at !== index))}
          >
            {messages.actions.remove}
          </button>
        </div>
      ))}
      <Button variant="link" isInline onClick={() => onChange([...grants, { role: 'viewer', site: null }])}>
        {words.addRole}
      </Button>
    </fieldset>
  );
}

/** `engineer (Nordhafen), viewer (All sites)` */
export function GrantList({ grants }: { grants: readonly Grant[] }) {
  if (grants.length === 0) {
    return <span className="hp-muted">{words.noRoles}</span>;
  }
  return (
    <>
      {grants
        .map((grant) => `${grant.role} (${grant.site_name ?? grant.site ?? words.everywhere})`)
        .join(', ')}
    </>
  );
}

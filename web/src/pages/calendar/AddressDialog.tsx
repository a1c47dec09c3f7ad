// Addresses that calendar programs read: making one, seeing it once, revoking it.

import { Button, Checkbox } from '@patternfly/react-core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, data } from '../../api/client';
import { Dialog } from '../../parts/Dialog';
import { When } from '../../parts/MarkText';
import { ProblemNote } from '../../parts/ProblemNote';
import { useView } from '../../view';
import { calendarFiles as words } from '../../words/travel';
import { TextField } from '../plans/ProposeDialog';

export function AddressDialog({ onClose }: { onClose: () => void }) {
  const [view] = useView();
  const queries = useQueryClient();
  const [name, setName] = useState('');
  const [site, setSite] = useState(view.site ?? '');
  const [hide, setHide] = useState(false);
  const all = useQuery({
    queryKey: ['calendar-addresses'],
    queryFn: () => data(api.GET('/api/v1/calendar-addresses')),
  });
  const refresh = () => queries.invalidateQueries({ queryKey: ['calendar-addresses'] });
  const make = useMutation({
    mutationFn: () =>
      data(
        api.POST('/api/v1/calendar-addresses', {
          body: { name: name.trim(), site: site.trim() || null, hide_titles: hide },
        }),
      ),
    onSuccess: refresh,
  });
  const revoke = useMutation({
    mutationFn: (id: string) =>
      data(api.DELETE('/api/v1/calendar-addresses/{id}', { params: { path: { id } } })),
    onSuccess: refresh,
  });
  const live = all.data?.items.filter((one) => !one.revoked_at) ?? [];
  return (
    <Dialog
      title={words.give}
      text={words.giveText}
      submit={words.make}
      ready={name.trim() !== ''}
      busy={make.isPending}
      error={make.error}
      onSubmit={() => make.mutate()}
      onClose={onClose}
    >
      <TextField
        id="address-name"
        label={words.givenName}
        help={words.givenNameHelp}
        required
        value={name}
        onChange={setName}
      />
      <TextField
        id="address-site"
        label={words.givenSite}
        help={words.givenSiteHelp}
        value={site}
        onChange={setSite}
      />
      <Checkbox
        id="address-hide"
        label={words.hide}
        isChecked={hide}
        onChange={(_, checked) => setHide(checked)}
      />
      {make.data && (
        <div role="status">
          <p>{words.once}</p>
          <code className="hp-break">{`${globalThis.location.origin}${make.data.path}`}</code>
        </div>
      )}
      <div>
        <strong>{words.own}</strong>
        {live.length === 0 && <p className="hp-muted">{words.ownNone}</p>}
        <ul className="hp-list">
          {live.map((one) => (
            <li key={one.id}>
              {one.name} · {one.site ?? words.all}
              {one.titles === 'hidden' ? ` · ${words.titlesHidden}` : ''} · <When at={one.made_at} dayOnly />{' '}
              <Button
                variant="link"
                size="sm"
                aria-label={`${words.revoke} ${one.name}`}
                onClick={() => revoke.mutate(one.id)}
              >
                {words.revoke}
              </Button>
            </li>
          ))}
        </ul>
        {revoke.error && <ProblemNote error={revoke.error} />}
      </div>
    </Dialog>
  );
}

// Tokens: what programs may do in somebody's name.

import { Button } from '@patternfly/react-core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, data } from '../../api/client';
import type { Token } from '../../api/types';
import { messages } from '../../messages';
import { Dialog } from '../../parts/Dialog';
import { Empty } from '../../parts/Empty';
import { GrantList } from '../../parts/GrantFields';
import { When } from '../../parts/MarkText';
import { Page } from '../../parts/Page';
import { ProblemNote } from '../../parts/ProblemNote';
import { useShownZone } from '../../shown';
import { MakeTokenDialog } from './MakeTokenDialog';

const words = messages.tokens;
const columns = words.columns;

export function TokensPage() {
  const [making, setMaking] = useState(false);
  const tokens = useQuery({ queryKey: ['tokens'], queryFn: () => data(api.GET('/api/v1/tokens')) });
  const make = (
    <Button size="sm" onClick={() => setMaking(true)}>
      {words.add}
    </Button>
  );
  return (
    <Page title={words.title} actions={make}>
      {tokens.error && <ProblemNote error={tokens.error} onRetry={() => void tokens.refetch()} />}
      {tokens.data?.items.length === 0 && (
        <Empty title={words.emptyTitle}>
          <p>{words.emptyText}</p>
        </Empty>
      )}
      {tokens.data && tokens.data.items.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        <section className="hp-scroll" tabIndex={0} aria-label={words.title}>
          <table className="hp-table hp-table-auto">
            <caption className="hp-hidden">{words.title}</caption>
            <thead>
              <tr>
                {Object.entries(columns).map(([key, title]) => (
                  <th key={key} scope="col">
                    {title}
                  </th>
                ))}
                <th scope="col">
                  <span className="hp-hidden">{words.revoke}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {tokens.data.items.map((token) => (
                <TokenRow key={token.id} token={token} />
              ))}
            </tbody>
          </table>
        </section>
      )}
      {making && <MakeTokenDialog onClose={() => setMaking(false)} />}
    </Page>
  );
}

function TokenRow({ token }: { token: Token }) {
  const queries = useQueryClient();
  const { now } = useShownZone();
  const [revoking, setRevoking] = useState(false);
  const revoke = useMutation({
    mutationFn: () => data(api.DELETE('/api/v1/tokens/{id}', { params: { path: { id: token.id } } })),
    onSuccess: async () => {
      setRevoking(false);
      await queries.invalidateQueries();
    },
  });
  const expired = new Date(token.expires_at) < now;
  const state = token.revoked_at ? words.revoked : expired ? words.expired : words.active;
  return (
    <tr>
      <th scope="row">{token.name}</th>
      <td>{token.owner.name}</td>
      <td className="hp-mono">{token.prefix}…</td>
      <td>
        <GrantList grants={token.grants} />
      </td>
      <td>
        <When at={token.created_at} dayOnly />
      </td>
      <td>
        <When at={token.expires_at} dayOnly />
      </td>
      <td>{token.last_used_at ? <When at={token.last_used_at} /> : words.never}</td>
      <td>{state}</td>
      <td>
        {!token.revoked_at && (
          <button type="button" className="hp-link" onClick={() => setRevoking(true)}>
            {words.revoke}
          </button>
        )}
        {revoking && (
          <Dialog
            title={words.revokeTitle}
            text={words.revokeText}
            submit={words.revoke}
            danger
            busy={revoke.isPending}
            error={revoke.error}
            onSubmit={() => revoke.mutate()}
            onClose={() => setRevoking(false)}
          />
        )}
      </td>
    </tr>
  );
}

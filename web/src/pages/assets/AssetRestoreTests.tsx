// Backups of an asset that somebody restored, to see whether they can be gone back to.

import { Button } from '@patternfly/react-core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, data } from '../../api/client';
import { useMay } from '../../api/session';
import type { Asset } from '../../api/types';
import { Dialog } from '../../parts/Dialog';
import { Section } from '../../parts/Facts';
import { keyed } from '../../parts/keyed';
import { When } from '../../parts/MarkText';
import { ProblemNote } from '../../parts/ProblemNote';
import { restoreTests as words } from '../../words/deployments';
import { TextField } from '../plans/ProposeDialog';

export function AssetRestoreTests({ asset }: { asset: Asset }) {
  const [isWriting, setWriting] = useState(false);
  const mayWrite = useMay('write-plans');
  const tests = useQuery({
    queryKey: ['restore-tests', asset.id],
    queryFn: () => data(api.GET('/api/v1/assets/{id}/restore-tests', { params: { path: { id: asset.id } } })),
  });
  const items = tests.data?.items;
  return (
    <Section title={words.title} top>
      {tests.error && <ProblemNote error={tests.error} onRetry={() => void tests.refetch()} />}
      {items && items.length === 0 && <p className="hp-muted">{words.none}</p>}
      {items && items.length > 0 && (
        <ul className="hp-list">
          {keyed(items, (one) => `${one.tested_at} ${one.recorded_at}`).map(({ key, item }) => (
            <li key={key}>
              <When at={item.tested_at} /> {item.what}{' '}
              <span className="hp-muted">{words.by(item.tested_by, item.recorded_by)}</span>
            </li>
          ))}
        </ul>
      )}
      {mayWrite && (
        <Button size="sm" variant="secondary" onClick={() => setWriting(true)}>
          {words.write}
        </Button>
      )}
      {isWriting && <WriteDialog asset={asset} onClose={() => setWriting(false)} />}
    </Section>
  );
}

function WriteDialog({ asset, onClose }: { asset: Asset; onClose: () => void }) {
  const [what, setWhat] = useState('');
  const [by, setBy] = useState('');
  const [at, setAt] = useState('');
  const queries = useQueryClient();
  const write = useMutation({
    mutationFn: () =>
      data(
        api.POST('/api/v1/assets/{id}/restore-tests', {
          params: { path: { id: asset.id } },
          body: { what, tested_by: by, tested_at: at.trim() === '' ? null : at.trim() },
        }),
      ),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['restore-tests', asset.id] });
      onClose();
    },
  });
  return (
    <Dialog
      title={words.write}
      text={words.text}
      submit={words.submit}
      busy={write.isPending}
      error={write.error}
      ready={what.trim() !== ''}
      onSubmit={() => write.mutate()}
      onClose={onClose}
    >
      <TextField
        id="what"
        label={words.what}
        help={words.whatHelp}
        value={what}
        required
        onChange={setWhat}
      />
      <TextField id="by" label={words.who} help={words.whoHelp} value={by} onChange={setBy} />
      <TextField id="at" label={words.when} help={words.whenHelp} value={at} onChange={setAt} />
    </Dialog>
  );
}

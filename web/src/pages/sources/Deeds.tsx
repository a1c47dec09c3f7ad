// What can be done with one source, a provider or a feed: look now, switch on or off, forget. And what went wrong with it.

import { Button } from '@patternfly/react-core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useMay } from '../../api/session';
import { messages } from '../../messages';
import { Dialog } from '../../parts/Dialog';
import { ProblemNote } from '../../parts/ProblemNote';

const words = messages.sources;

interface Source {
  enabled: boolean;
  /** What the last look said. */
  message?: string | null;
  check: () => Promise<unknown>;
  toggle: () => Promise<unknown>;
  remove: () => Promise<unknown>;
  removeTitle: string;
  removeText: string;
}

/** The last two cells of a source's row. */
export function SourceDeeds({ enabled, message, removeTitle, removeText, ...deeds }: Source) {
  const queries = useQueryClient();
  const mayCheck = useMay('write-advisories');
  const mayChange = useMay('write-settings');
  const [removing, setRemoving] = useState(false);
  const again = () => queries.invalidateQueries();
  const check = useMutation({ mutationFn: deeds.check, onSettled: again });
  const toggle = useMutation({ mutationFn: deeds.toggle, onSettled: again });
  const remove = useMutation({
    mutationFn: deeds.remove,
    onSuccess: async () => {
      setRemoving(false);
      await again();
    },
  });
  return (
    <>
      <td className="hp-wrap">
        {message}
        {check.error && <ProblemNote error={check.error} wrote />}
        {toggle.error && <ProblemNote error={toggle.error} wrote />}
      </td>
      <td className="hp-nowrap">
        {mayCheck && (
          <Button
            size="sm"
            variant="link"
            isInline
            isLoading={check.isPending}
            isDisabled={check.isPending}
            onClick={() => check.mutate()}
          >
            {check.isPending ? words.checking : words.check}
          </Button>
        )}{' '}
        {mayChange && (
          <>
            <button type="button" className="hp-link" onClick={() => toggle.mutate()}>
              {enabled ? words.disable : words.enable}
            </button>{' '}
            <button type="button" className="hp-link" onClick={() => setRemoving(true)}>
              {messages.actions.remove}
            </button>
          </>
        )}
        {removing && (
          <Dialog
            title={removeTitle}
            text={removeText}
            submit={messages.actions.remove}
            danger
            busy={remove.isPending}
            error={remove.error}
            onSubmit={() => remove.mutate()}
            onClose={() => setRemoving(false)}
          />
        )}
      </td>
    </>
  );
}

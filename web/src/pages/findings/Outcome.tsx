// What came of a deed, in one line, with the way back while nobody has signed.

import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { TriageDone } from '../../api/types';
import { messages } from '../../messages';
import { grouped } from '../../parts/ListBody';
import { ProblemNote } from '../../parts/ProblemNote';
import { undo } from './deeds';
import { settledOf } from './settled';

const words = messages.triage;

export function Outcome({ done, onClose }: { done: readonly TriageDone[]; onClose: () => void }) {
  const queries = useQueryClient();
  const { settled, decisions, why } = settledOf(done);
  const back = useMutation({
    mutationFn: () => undo([...decisions], words.undoReason),
    onSuccess: () => queries.invalidateQueries(),
  });
  const refused = (back.data?.items ?? []).filter((row) => !row.done);
  return (
    <>
      <p className="hp-done" role="status">
        {back.data ? (
          <span>{words.undone(words.decisions((back.data.items.length ?? 0) - refused.length))}</span>
        ) : (
          <span>{words.done(words.findings(settled), words.decisions(decisions.length))}</span>
        )}
        {!back.data && decisions.length > 0 && (
          <button
            id="triage-undo"
            type="button"
            className="hp-link"
            disabled={back.isPending}
            onClick={() => back.mutate()}
          >
            {words.undo} <kbd>u</kbd>
          </button>
        )}
        {[...why].map(([text, n]) => (
          <span key={text} className="hp-tone-caution">
            △ {words.notDone(grouped(n), text)}
          </span>
        ))}
        {refused.length > 0 && (
          <span className="hp-tone-caution">
            △ {words.notUndone(grouped(refused.length), refused[0]?.why ?? '')}
          </span>
        )}
        <button type="button" className="hp-link" onClick={onClose}>
          {messages.actions.close}
        </button>
      </p>
      {back.error && <ProblemNote error={back.error} />}
    </>
  );
}

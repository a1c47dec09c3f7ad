// The mappings that read qualification lists: which there are, what one says, and writing one.

import { Button, FormGroup, TextArea } from '@patternfly/react-core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, data } from '../../api/client';
import type { StatementMapping } from '../../api/types';
import { messages } from '../../messages';
import { Dialog } from '../../parts/Dialog';
import { Loading } from '../../parts/Loading';
import { When } from '../../parts/MarkText';
import { ProblemNote } from '../../parts/ProblemNote';
import { mappingWords as words } from '../../words/lists';
import { TextField } from '../plans/ProposeDialog';

/** `mayWrite`: whoever may write keeps one by its name. */
export function MappingsDialog({ mayWrite, onClose }: { mayWrite: boolean; onClose: () => void }) {
  const [shown, setShown] = useState<StatementMapping>();
  const [draft, setDraft] = useState<string>();
  const found = useQuery({
    queryKey: ['statement-mappings'],
    queryFn: () => data(api.GET('/api/v1/statement-mappings')),
  });
  if (draft !== undefined) {
    const back = () => {
      setDraft(undefined);
      setShown(undefined);
    };
    return <WriteDialog draft={draft} onBack={back} onClose={onClose} />;
  }
  if (shown) {
    return (
      <Dialog title={`${shown.name}: ${shown.title}`} wide onClose={onClose}>
        <div className="hp-buttons">
          <Button variant="link" isInline onClick={() => setShown(undefined)}>
            {words.back}
          </Button>
          {mayWrite && (
            <Button variant="secondary" size="sm" onClick={() => setDraft(shown.text)}>
              {words.from(shown.name)}
            </Button>
          )}
        </div>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
        <section className="hp-json hp-mono" tabIndex={0} aria-label={words.toml}>
          {shown.text}
        </section>
      </Dialog>
    );
  }
  return (
    <Dialog title={words.title} text={words.text} wide onClose={onClose}>
      {found.error && <ProblemNote error={found.error} onRetry={() => void found.refetch()} />}
      {found.isPending && <Loading />}
      {mayWrite && (
        <div className="hp-buttons">
          <Button variant="secondary" size="sm" onClick={() => setDraft('')}>
            {words.write}
          </Button>
        </div>
      )}
      {found.data && <All items={found.data.items} onShow={setShown} />}
    </Dialog>
  );
}

function All({
  items,
  onShow,
}: {
  items: readonly StatementMapping[];
  onShow: (one: StatementMapping) => void;
}) {
  return (
    <table className="hp-table hp-table-auto hp-table-wrap">
      <caption className="hp-hidden">{words.title}</caption>
      <thead>
        <tr>
          {Object.values(words.columns).map((title) => (
            <th key={title} scope="col">
              {title}
            </th>
          ))}
          <th scope="col">
            <span className="hp-hidden">{words.show}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {items.map((one) => (
          <tr key={one.name}>
            <th scope="row">{one.name}</th>
            <td>{one.title}</td>
            <td>{one.publisher}</td>
            <td>{words.formats[one.format] ?? one.format}</td>
            <td>
              {one.since ? <When at={one.since} /> : words.shipped} {one.author && words.by(one.author)}
            </td>
            <td>
              <button
                type="button"
                className="hp-link"
                aria-label={words.showOf(one.name)}
                onClick={() => onShow(one)}
              >
                {words.show}
              </button>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function WriteDialog({ draft, onBack, onClose }: { draft: string; onBack: () => void; onClose: () => void }) {
  const queries = useQueryClient();
  const [text, setText] = useState(draft);
  const [reason, setReason] = useState('');
  const keep = useMutation({
    mutationFn: () =>
      data(
        api.PUT('/api/v1/statement-mappings', {
          params: { query: { reason: reason.trim() } },
          body: { text },
        }),
      ),
    onSuccess: async () => {
      await queries.invalidateQueries();
      onBack();
    },
  });
  return (
    <Dialog
      title={words.writeTitle}
      text={words.text}
      submit={words.save}
      wide
      ready={text.trim() !== '' && reason.trim() !== ''}
      busy={keep.isPending}
      error={keep.error}
      onSubmit={() => keep.mutate()}
      onClose={onClose}
    >
      <FormGroup label={words.toml} fieldId="mapping-text" isRequired>
        <TextArea
          id="mapping-text"
          className="hp-mono"
          rows={16}
          value={text}
          onChange={(_, next) => setText(next)}
        />
      </FormGroup>
      <TextField id="reason" label={messages.actions.reason} required value={reason} onChange={setReason} />
    </Dialog>
  );
}

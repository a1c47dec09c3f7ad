// What people wrote about an advisory: plain text, every edit a version, taken back but never gone.

import { Button, FormGroup, TextArea } from '@patternfly/react-core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, data } from '../../api/client';
import { useMay } from '../../api/session';
import type { Comment } from '../../api/types';
import { messages } from '../../messages';
import { Dialog } from '../../parts/Dialog';
import { When } from '../../parts/MarkText';
import { ProblemNote } from '../../parts/ProblemNote';
import { useView } from '../../view';

const words = messages.comments;
const LONGEST = 10_000;

export function CommentsTab({ id }: { id: string }) {
  const [view] = useView();
  const mayApprove = useMay('approve');
  const mayTakeIn = useMay('write-advisories');
  const comments = useQuery({
    queryKey: ['comments', id, view.as_of],
    queryFn: () =>
      data(
        api.GET('/api/v1/advisories/{id}/comments', {
          params: { path: { id }, query: { as_of: view.as_of } },
        }),
      ),
  });
  const all = comments.data?.items;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <section className="hp-text" tabIndex={0} aria-label={words.title}>
      {comments.error && <ProblemNote error={comments.error} onRetry={() => void comments.refetch()} />}
      {all?.length === 0 && <p className="hp-muted">{words.none}</p>}
      <ol className="hp-history">
        {all?.map((one) => (
          <CommentItem key={one.id} comment={one} />
        ))}
      </ol>
      {(mayApprove || mayTakeIn) && !view.as_of && <NewComment id={id} />}
    </section>
  );
}

function CommentItem({ comment }: { comment: Comment }) {
  const [doing, setDoing] = useState<'edit' | 'withdraw'>();
  const isKept = comment.standing === 'kept';
  return (
    <li className="hp-comment">
      <p className="hp-comment-head">
        <strong>{comment.author}</strong> <When at={comment.created_at} />{' '}
        <span className="hp-muted">
          {comment.tracking_version && words.onRevision(comment.tracking_version)}
          {comment.version > 1 && ` · ${words.edited(comment.version)}`}
        </span>{' '}
        {comment.own && isKept && (
          <>
            <Button variant="link" isInline size="sm" onClick={() => setDoing('edit')}>
              {words.edit}
            </Button>{' '}
            <Button variant="link" isInline size="sm" onClick={() => setDoing('withdraw')}>
              {words.withdraw}
            </Button>
          </>
        )}
      </p>
      {isKept ? (
        <p className="hp-prose">{comment.text}</p>
      ) : (
        <p className="hp-muted">
          {words.withdrawn} <When at={comment.written_at} />
        </p>
      )}
      {doing === 'edit' && <EditDialog comment={comment} onClose={() => setDoing(undefined)} />}
      {doing === 'withdraw' && <WithdrawDialog comment={comment} onClose={() => setDoing(undefined)} />}
    </li>
  );
}

function NewComment({ id }: { id: string }) {
  const queries = useQueryClient();
  const [text, setText] = useState('');
  const add = useMutation({
    mutationFn: () =>
      data(
        api.POST('/api/v1/advisories/{id}/comments', {
          params: { path: { id } },
          body: { text: text.trim() },
        }),
      ),
    onSuccess: () => {
      setText('');
      return queries.invalidateQueries();
    },
  });
  return (
    <form
      className="hp-comment-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() !== '') {
          add.mutate();
        }
      }}
    >
      <FormGroup label={words.text} fieldId="comment">
        <TextArea
          id="comment"
          rows={3}
          maxLength={LONGEST}
          value={text}
          aria-describedby="comment-hint"
          onChange={(_, value) => setText(value)}
        />
      </FormGroup>
      <p id="comment-hint" className="hp-small hp-muted">
        {words.textHint}
      </p>
      {add.error && <ProblemNote error={add.error} wrote />}
      <Button
        type="submit"
        size="sm"
        isDisabled={text.trim() === '' || add.isPending}
        isLoading={add.isPending}
      >
        {words.add}
      </Button>
    </form>
  );
}

function EditDialog({ comment, onClose }: { comment: Comment; onClose: () => void }) {
  const queries = useQueryClient();
  const [text, setText] = useState(comment.text);
  const edit = useMutation({
    mutationFn: () =>
      data(
        api.PATCH('/api/v1/comments/{id}', {
          params: { path: { id: comment.id } },
          body: { text: text.trim(), version: comment.version },
        }),
      ),
    onSuccess: async () => {
      await queries.invalidateQueries();
      onClose();
    },
  });
  return (
    <Dialog
      title={words.editTitle}
      submit={messages.actions.save}
      ready={text.trim() !== '' && text.trim() !== comment.text}
      busy={edit.isPending}
      error={edit.error}
      onSubmit={() => edit.mutate()}
      onClose={onClose}
    >
      <FormGroup label={words.title} fieldId="comment-edit">
        <TextArea
          id="comment-edit"
          rows={5}
          maxLength={LONGEST}
          value={text}
          onChange={(_, value) => setText(value)}
        />
      </FormGroup>
    </Dialog>
  );
}

function WithdrawDialog({ comment, onClose }: { comment: Comment; onClose: () => void }) {
  const queries = useQueryClient();
  const withdraw = useMutation({
    mutationFn: () => data(api.DELETE('/api/v1/comments/{id}', { params: { path: { id: comment.id } } })),
    onSuccess: async () => {
      await queries.invalidateQueries();
      onClose();
    },
  });
  return (
    <Dialog
      title={words.withdrawTitle}
      text={words.withdrawText}
      submit={words.withdraw}
      danger
      busy={withdraw.isPending}
      error={withdraw.error}
      onSubmit={() => withdraw.mutate()}
      onClose={onClose}
    />
  );
}

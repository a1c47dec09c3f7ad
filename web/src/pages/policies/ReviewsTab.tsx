// What was decided under an earlier revision and lacks something by the one that holds, until somebody has looked.

import { Button, FormGroup, TextArea } from '@patternfly/react-core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, data } from '../../api/client';
import { useMay } from '../../api/session';
import type { PolicyReview } from '../../api/types';
import { messages } from '../../messages';
import type { Column } from '../../parts/DataTable';
import { Dialog } from '../../parts/Dialog';
import { FilteredList } from '../../parts/FilteredList';
import { NotApplicable, When } from '../../parts/MarkText';
import { useList } from '../../parts/useList';
import { spoken } from '../../text/words';
import { useView } from '../../view';

const words = messages.policies;
const names = words.reviewColumns;
const FIELDS = 'kind revision noun subject what opened closed by';

export function ReviewsTab() {
  const [view] = useView();
  const mayLook = useMay('write-decisions');
  const [looking, setLooking] = useState<PolicyReview>();
  const list = useList(['policy-reviews'], { filter: view.filter, sort: view.sort }, (query) =>
    data(api.GET('/api/v1/policy-reviews', { params: { query } })),
  );
  const columns: readonly Column<PolicyReview>[] = [
    {
      key: 'subject',
      title: names.title,
      sort: 'subject',
      render: (row) => `${spoken(row.noun)}: ${row.title}`,
    },
    {
      key: 'what',
      title: names.what,
      sort: 'what',
      render: (row) => <span title={row.what}>{row.what}</span>,
    },
    {
      key: 'kind',
      title: names.kind,
      sort: 'kind',
      width: 240,
      render: (row) => `${spoken(row.kind)}, ${words.revision(row.revision)}`,
    },
    {
      key: 'opened',
      title: names.opened,
      sort: 'opened',
      down: true,
      width: 110,
      render: (row) => <When at={row.opened_at} dayOnly />,
    },
    {
      key: 'closed',
      title: names.closed,
      sort: 'closed',
      width: 220,
      render: (row) =>
        row.closed_at ? (
          <>
            <When at={row.closed_at} dayOnly /> {row.closed_by}
          </>
        ) : mayLook ? (
          <Button size="sm" variant="secondary" onClick={() => setLooking(row)}>
            {words.look}
          </Button>
        ) : (
          words.open
        ),
    },
    { key: 'note', title: names.note, render: (row) => row.note || <NotApplicable /> },
  ];
  return (
    <>
      <FilteredList
        name={words.tabs.reviews}
        list={list}
        columns={columns}
        rowKey={(row) => String(row.number)}
        fields={FIELDS}
        example="noun:exemption kind:exemptions"
        none={[words.emptyReviews, words.emptyReviewsText]}
      />
      {looking && <LookDialog review={looking} onClose={() => setLooking(undefined)} />}
    </>
  );
}

function LookDialog({ review, onClose }: { review: PolicyReview; onClose: () => void }) {
  const queries = useQueryClient();
  const [note, setNote] = useState('');
  const send = useMutation({
    mutationFn: () =>
      data(
        api.POST('/api/v1/policy-reviews/{number}/close', {
          params: { path: { number: review.number } },
          body: { note: note.trim() },
        }),
      ),
    onSuccess: async () => {
      onClose();
      await queries.invalidateQueries();
    },
  });
  return (
    <Dialog
      title={`${words.lookTitle}: ${review.title}`}
      text={words.lookText}
      submit={words.look}
      ready={note.trim().length >= 3}
      busy={send.isPending}
      error={send.error}
      onSubmit={() => send.mutate()}
      onClose={onClose}
    >
      <p>{review.what}</p>
      <FormGroup label={words.found} fieldId="note" isRequired>
        <TextArea id="note" maxLength={2000} value={note} onChange={(_, value) => setNote(value)} />
      </FormGroup>
    </Dialog>
  );
}

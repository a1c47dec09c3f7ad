// From an advisory to a submitted plan in one form. What is affected and undecided is asked for, each patch once a baseline;
// what may be installed is placed in windows and submitted; what waits stands in the plan with its reasons. Nothing is
// approved or released by that, and nothing that is only perhaps affected is asked for.

import { Button, FormGroup, TextInput } from '@patternfly/react-core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, data } from '../../api/client';
import { useMay } from '../../api/session';
import type { Advisory, TriageDone } from '../../api/types';
import { messages } from '../../messages';
import { Dialog } from '../../parts/Dialog';
import { grouped } from '../../parts/ListBody';
import { ProblemNote } from '../../parts/ProblemNote';
import { both, exact } from '../../text/filter';
import { useView } from '../../view';
import { Outcome } from '../findings/Outcome';
import { TriageDialog } from '../findings/TriageDialog';
import { type Drafted, draftAndSubmit, PlanLines } from './PlanLines';

const words = messages.triage;

function useCount(filter: string, enabled: boolean) {
  return useQuery({
    queryKey: ['findings', 'to plan', filter],
    queryFn: () => data(api.GET('/api/v1/findings', { params: { query: { filter, limit: 1 } } })),
    enabled,
    select: (found) => found.count.value,
  });
}

export function PlanAction({ advisory }: { advisory: Advisory }) {
  const [view] = useView();
  const queries = useQueryClient();
  const mayDecide = useMay('write-decisions');
  const mayPlan = useMay('write-plans');
  const [isPlanning, setPlanning] = useState(false);
  const [done, setDone] = useState<readonly TriageDone[]>();
  const affected = both(
    view.site ? exact('site', view.site) : '',
    exact('advisory', advisory.tracking_id),
    'verdict:yes',
  );
  const undecided = both(affected, 'decision:undecided');
  const counts = [useCount(affected, mayDecide), useCount(undecided, mayDecide)];
  const plan = useMutation({
    mutationFn: (reason: string): Promise<Drafted[]> =>
      draftAndSubmit({ advisory: advisory.id, reason, ...(view.site ? { site: view.site } : {}) }),
    onSuccess: () => queries.invalidateQueries(),
  });
  const [all, open] = counts.map((found) => found.data);
  const failed = counts.find((found) => found.error && found.data === undefined);
  if (failed) {
    return <ProblemNote error={failed.error} onRetry={() => counts.forEach((one) => void one.refetch())} />;
  }
  // Until both are there, nobody can tell what would be asked for.
  if (!mayDecide || all === undefined || open === undefined || all === 0) {
    return null;
  }
  const close = () => setPlanning(false);
  return (
    <>
      {done && <Outcome done={done} onClose={() => setDone(undefined)} />}
      {plan.data && <PlanLines plans={plan.data} />}
      {plan.error && <ProblemNote error={plan.error} />}
      <Button size="sm" isLoading={plan.isPending} onClick={() => setPlanning(true)}>
        {words.plan(grouped(open > 0 ? open : all))}
      </Button>
      {isPlanning && open > 0 && (
        <TriageDialog
          deed="approve"
          which={{ filter: undecided }}
          title={words.planTitle(advisory.tracking_id)}
          onDone={(came, reason) => {
            close();
            setDone(came);
            if (mayPlan) {
              plan.mutate(reason);
            }
          }}
          onClose={close}
        />
      )}
      {isPlanning && open === 0 && (
        <PlanDialog
          advisory={advisory}
          onPlan={(reason) => {
            close();
            plan.mutate(reason);
          }}
          onClose={close}
        />
      )}
    </>
  );
}

/** Everything is asked for or decided already: only the plan is missing. */
function PlanDialog({
  advisory,
  onPlan,
  onClose,
}: {
  advisory: Advisory;
  onPlan: (reason: string) => void;
  onClose: () => void;
}) {
  const [reason, setReason] = useState('');
  return (
    <Dialog
      title={words.planTitle(advisory.tracking_id)}
      text={words.planText}
      submit={words.planSubmit}
      ready={reason.trim().length >= 3}
      onSubmit={() => onPlan(reason.trim())}
      onClose={onClose}
    >
      <FormGroup label={words.reason} fieldId="reason" isRequired>
        <TextInput
          id="reason"
          maxLength={2000}
          isRequired
          autoFocus
          value={reason}
          onChange={(_, value) => setReason(value)}
        />
      </FormGroup>
    </Dialog>
  );
}

// From an advisory to its patches in one form: what is undecided and affected is asked for, each patch once a baseline.
// Nothing is approved by asking, and nothing that is only perhaps affected is planned.

import { Button } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, data } from '../../api/client';
import { useMay } from '../../api/session';
import type { Advisory, TriageDone } from '../../api/types';
import { messages } from '../../messages';
import { grouped } from '../../parts/ListBody';
import { both, exact } from '../../text/filter';
import { useView } from '../../view';
import { Outcome } from '../findings/Outcome';
import { TriageDialog } from '../findings/TriageDialog';

const words = messages.triage;

export function PlanAction({ advisory }: { advisory: Advisory }) {
  const [view] = useView();
  const mayDecide = useMay('write-decisions');
  const [isPlanning, setPlanning] = useState(false);
  const [done, setDone] = useState<readonly TriageDone[]>();
  const filter = both(
    view.site ? exact('site', view.site) : '',
    exact('advisory', advisory.tracking_id),
    'verdict:yes decision:undecided',
  );
  const open = useQuery({
    queryKey: ['findings', 'to plan', filter],
    queryFn: () => data(api.GET('/api/v1/findings', { params: { query: { filter, limit: 1 } } })),
    enabled: mayDecide,
  });
  const count = open.data?.count.value ?? 0;
  if (!mayDecide) {
    return null;
  }
  return (
    <>
      {done && <Outcome done={done} onClose={() => setDone(undefined)} />}
      {count > 0 && (
        <Button size="sm" onClick={() => setPlanning(true)}>
          {words.plan(grouped(count))}
        </Button>
      )}
      {isPlanning && (
        <TriageDialog
          deed="approve"
          which={{ filter }}
          title={words.planTitle(advisory.tracking_id)}
          onDone={(came) => {
            setPlanning(false);
            setDone(came);
          }}
          onClose={() => setPlanning(false)}
        />
      )}
    </>
  );
}

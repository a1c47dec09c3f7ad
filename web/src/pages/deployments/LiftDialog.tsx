// Lifting what stopped a deployment: somebody names each failed step, a second person agrees or refuses.

import { Button, Checkbox, FormGroup } from '@patternfly/react-core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, data } from '../../api/client';
import { useMay } from '../../api/session';
import type { DeploymentLift, DeploymentShown } from '../../api/types';
import { messages } from '../../messages';
import { Dialog } from '../../parts/Dialog';
import { TextField } from '../plans/ProposeDialog';

const words = messages.deployments.lift;

/** Whether somebody can ask: something is stopped by a failure, and nobody waits for a second person yet. */
export function canAsk(shown: DeploymentShown): boolean {
  return shown.deployment.stops.length > 0 && shown.unaccepted.length > 0 && shown.lift?.state !== 'asked';
}

export function LiftDialog({ shown, onClose }: { shown: DeploymentShown; onClose: () => void }) {
  const queries = useQueryClient();
  const [looked, setLooked] = useState<readonly number[]>([]);
  const [reason, setReason] = useState('');
  const { plan_id: id, title } = shown.deployment;
  const failed = shown.unaccepted;
  const assets = new Map(shown.waves.flatMap((wave) => wave.steps).map((step) => [step.number, step.asset]));
  const send = useMutation({
    mutationFn: () =>
      data(
        api.POST('/api/v1/deployments/{id}/lift', {
          params: { path: { id } },
          body: { steps: [...looked], reason: reason.trim() },
        }),
      ),
    onSuccess: async () => {
      onClose();
      await queries.invalidateQueries();
    },
  });
  const tick = (step: number, is: boolean) =>
    setLooked((all) => (is ? [...all, step] : all.filter((one) => one !== step)));
  return (
    <Dialog
      title={`${messages.deployments.acts.lift}: ${title}`}
      text={words.text}
      submit={messages.deployments.acts.lift}
      ready={reason.trim().length >= 3 && failed.every((step) => looked.includes(step))}
      busy={send.isPending}
      error={send.error}
      onSubmit={() => send.mutate()}
      onClose={onClose}
    >
      <FormGroup role="group" label={messages.deployments.columns.failed} isStack fieldId="failed">
        {failed.map((step) => (
          <Checkbox
            key={step}
            id={`looked-${step}`}
            label={words.looked(step, assets.get(step) ?? '')}
            isChecked={looked.includes(step)}
            onChange={(_, is) => tick(step, is)}
          />
        ))}
      </FormGroup>
      <TextField id="reason" label={messages.actions.reason} required value={reason} onChange={setReason} />
    </Dialog>
  );
}

/** What became of the last wish to lift a stop, with the buttons of the second person. */
export function LiftNote({ shown, lift }: { shown: DeploymentShown; lift: DeploymentLift }) {
  const mayApprove = useMay('approve');
  const mayPlan = useMay('write-plans');
  const [deed, setDeed] = useState<'agree' | 'refuse'>();
  const steps = lift.steps.join(', ');
  if (lift.state === 'lifted') {
    return <p className="hp-note">{words.lifted(lift.decided_by ?? '', steps)}</p>;
  }
  if (lift.state === 'refused') {
    return (
      <p className="hp-note">
        {words.refused(lift.decided_by ?? '')} {lift.note}
      </p>
    );
  }
  if (lift.state !== 'asked') {
    return null;
  }
  return (
    <div className="hp-note" role="status">
      <strong>{words.waits}.</strong> {words.asked(lift.asked_by, steps)} {lift.reason}{' '}
      {mayApprove && (
        <Button size="sm" onClick={() => setDeed('agree')}>
          {words.agree}
        </Button>
      )}{' '}
      {(mayApprove || mayPlan) && (
        <Button size="sm" variant="secondary" onClick={() => setDeed('refuse')}>
          {mayApprove ? words.refuse : words.takeBack}
        </Button>
      )}
      {deed && <DecideDialog id={shown.deployment.plan_id} deed={deed} onClose={() => setDeed(undefined)} />}
    </div>
  );
}

function DecideDialog({ id, deed, onClose }: { id: string; deed: 'agree' | 'refuse'; onClose: () => void }) {
  const queries = useQueryClient();
  const [reason, setReason] = useState('');
  const agrees = deed === 'agree';
  const send = useMutation({
    mutationFn: () => {
      const asked = { params: { path: { id } }, body: { reason: reason.trim() } };
      return agrees
        ? data(api.POST('/api/v1/deployments/{id}/lift/agree', asked))
        : data(api.POST('/api/v1/deployments/{id}/lift/refuse', asked));
    },
    onSuccess: async () => {
      onClose();
      await queries.invalidateQueries();
    },
  });
  return (
    <Dialog
      title={agrees ? words.agreeTitle : words.refuseTitle}
      text={agrees ? words.agreeText : words.refuseText}
      submit={agrees ? words.agree : words.refuse}
      ready={agrees || reason.trim().length >= 3}
      busy={send.isPending}
      error={send.error}
      onSubmit={() => send.mutate()}
      onClose={onClose}
    >
      <TextField
        id="reason"
        label={agrees ? words.note : messages.actions.reason}
        required={!agrees}
        value={reason}
        onChange={setReason}
      />
    </Dialog>
  );
}

// What can be done with many patches at once: asking for them in a baseline, and declining them there or everywhere.

import { Button } from '@patternfly/react-core';
import { useState } from 'react';
import { useMay } from '../../api/session';
import type { Baseline } from '../../api/types';
import { messages } from '../../messages';
import { BaselineField, useBaselines } from '../../parts/BaselineField';
import { Dialog } from '../../parts/Dialog';
import { grouped } from '../../parts/ListBody';
import type { Selection } from '../../parts/useSelection';
import { DeclineDialog } from '../baselines/DeclineDialog';
import { ProposeDialog } from '../baselines/ProposeDialog';

const words = messages.patches.many;

type Deed = 'propose' | 'decline';

export function ChosenPatches({ selection }: { selection: Selection }) {
  const [deed, setDeed] = useState<Deed>();
  const [baseline, setBaseline] = useState<Baseline>();
  const mayAsk = useMay('write-decisions');
  const mayApprove = useMay('approve');
  const patches = selection.keys.join('\n');
  const close = () => {
    setDeed(undefined);
    setBaseline(undefined);
  };
  return (
    <div className="hp-toolbar">
      <output>{words.chosen(grouped(selection.keys.length))}</output>
      {mayAsk && (
        <Button size="sm" variant="secondary" onClick={() => setDeed('propose')}>
          {words.propose}
        </Button>
      )}
      {(mayAsk || mayApprove) && (
        <Button size="sm" variant="secondary" onClick={() => setDeed('decline')}>
          {words.decline}
        </Button>
      )}
      <button type="button" className="hp-link" onClick={selection.clear}>
        {words.clear}
      </button>
      {deed === 'propose' && !baseline && <WhereDialog onChoose={setBaseline} onClose={close} />}
      {deed === 'propose' && baseline && (
        <ProposeDialog baseline={baseline} patch={patches} onClose={close} />
      )}
      {deed === 'decline' && <DeclineDialog patch={patches} onClose={close} />}
    </div>
  );
}

/** In which baseline they are asked for; what the rules ask there is shown next. */
function WhereDialog({ onChoose, onClose }: { onChoose: (baseline: Baseline) => void; onClose: () => void }) {
  const [name, setName] = useState('');
  const found = useBaselines().data?.items.find((line) => line.baseline.name === name)?.baseline;
  return (
    <Dialog
      title={words.propose}
      text={words.where}
      submit={words.next}
      ready={found !== undefined}
      onSubmit={() => found && onChoose(found)}
      onClose={onClose}
    >
      <BaselineField id="many-baseline" value={name} onChange={setName} />
    </Dialog>
  );
}

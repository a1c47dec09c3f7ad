// The deeds of triage as buttons, each with its key.

import { Button } from '@patternfly/react-core';
import { messages } from '../../messages';
import type { Deed } from './deeds';

const triage = messages.triage;
const DEEDS = [
  ['approve', 'y'],
  ['not_relevant', 'n'],
  ['defer', 'd'],
  ['accept', 'a'],
] as const;

export function DeedButtons({ onDeed }: { onDeed: (deed: Deed) => void }) {
  return DEEDS.map(([deed, key]) => (
    <Button
      key={deed}
      size="sm"
      variant={deed === 'approve' ? 'primary' : 'secondary'}
      onClick={() => onDeed(deed)}
    >
      {triage.deeds[deed]} <kbd>{key}</kbd>
    </Button>
  ));
}

// What suppliers say of a patch. No statement and a word that nobody understood are both unknown, each in its own words.

import { supplierStateMark } from '../text/words';
import { MarkText } from './MarkText';

interface Standing {
  readonly state?: string | null;
  readonly text: string;
}

export function SupplierSays({ standing, brief }: { standing: Standing; brief?: boolean }) {
  if (!standing.state) {
    return (
      <span title={standing.text}>
        <MarkText mark={{ symbol: '?', word: standing.text, tone: 'unsure', dashed: true }} />
      </span>
    );
  }
  return (
    <span title={standing.text}>
      <MarkText mark={supplierStateMark(standing.state)} />
      {!brief && <span className="hp-muted"> {standing.text}</span>}
    </span>
  );
}

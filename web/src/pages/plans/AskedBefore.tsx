// What is asked outside before the steps of a plan begin, as a second person sees it who releases the plan.

import type { DeploymentCheck } from '../../api/types';
import { messages } from '../../messages';
import { checks as asking } from '../../words/deployments';
import { asked } from '../deployments/ChecksTab';

const words = messages.plans;

export function AskedBefore({ checks }: { checks: readonly DeploymentCheck[] }) {
  return (
    <div>
      <strong>{words.askedBefore}</strong>
      {checks.length === 0 && <p className="hp-muted">{asking.none}</p>}
      <ul className="hp-list">
        {checks.map((check) => (
          <li key={check.number}>
            <strong>{check.name}</strong> <span className="hp-muted">{asking.before[check.before]}</span>
            <p className="hp-small hp-break">{asked(check.question)}</p>
          </li>
        ))}
      </ul>
    </div>
  );
}

// A problem as people read it: what happened, what was changed, what to do, and the reference for the log.

import { Alert, Button } from '@patternfly/react-core';
import { asProblem, changedWords } from '../api/problem';
import { messages } from '../messages';
import { Sentence } from './Sentence';

export function ProblemNote({
  error,
  wrote = false,
  onRetry,
}: {
  error: unknown;
  wrote?: boolean;
  onRetry?: (() => void) | undefined;
}) {
  const problem = asProblem(error);
  const changed = changedWords(problem, wrote);
  return (
    <Alert
      variant={problem.status >= 500 || problem.status === 0 ? 'danger' : 'warning'}
      isInline
      title={problem.title}
      className="hp-problem"
      role="alert"
      component="h2"
      actionLinks={
        onRetry && (
          <Button variant="link" isInline onClick={onRetry}>
            {messages.actions.retry}
          </Button>
        )
      }
    >
      <p>
        <Sentence text={problem.detail} />
      </p>
      {problem.items.length > 0 && (
        <ul>
          {problem.items.map((item) => (
            <li key={`${item.pointer} ${item.code} ${item.detail}`}>
              {item.pointer !== '' && <code>{item.pointer}</code>} <Sentence text={item.detail} />
            </li>
          ))}
        </ul>
      )}
      {changed && <p>{changed}</p>}
      {problem.reference && (
        <p className="hp-small hp-muted">{messages.problem.reference(problem.reference)}</p>
      )}
    </Alert>
  );
}

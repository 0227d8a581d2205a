import { useState } from 'react';
import type { Action } from '../graph/use-action.ts';

/**
 * A button that sends a mutation; with `confirm`, only when it was pressed a second time, which Escape and leaving it take back.
 * Its outcome is shown elsewhere.
 */
export function ActionButton<V, P>(props: {
  readonly action: Action<V, P>;
  readonly variables: V;
  readonly done: (payload: P) => void;
  readonly label: string;
  /** The accessible name, where the label does not say what it is about. It begins with the label. */
  readonly name?: string;
  readonly confirm?: string;
}) {
  const { action, variables, done, label, name = label, confirm } = props;
  const [isAsking, setIsAsking] = useState(false);
  const press = async () => {
    if (confirm && !isAsking) return setIsAsking(true);
    setIsAsking(false);
    const payload = await action.run(variables);
    if (payload !== undefined) done(payload);
  };
  return (
    <button
      type="button"
      className={isAsking ? 'danger' : undefined}
      aria-label={isAsking ? confirm : name}
      aria-disabled={action.waiting}
      onClick={() => void press()}
      onBlur={() => setIsAsking(false)}
      onKeyDown={({ key }) => key === 'Escape' && setIsAsking(false)}
    >
      {isAsking ? confirm : label}
    </button>
  );
}

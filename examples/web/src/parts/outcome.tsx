import type { Action } from '../graph/use-action.ts';
import { Problems } from './problems.tsx';

/** Why a mutation was not done. What concerns a field of the form stands beside the field instead. */
export function Outcome({
  of,
  fields = [],
}: {
  readonly of: Pick<Action<never, unknown>, 'refusals' | 'problems'>;
  readonly fields?: readonly string[];
}) {
  const refusals = of.refusals.filter(({ field }) => !fields.includes(field?.[0] ?? ''));
  return (
    <>
      <div role="alert">
        {refusals.map(({ code, message }) => (
          <p className="problem" key={code}>
            {message}
          </p>
        ))}
      </div>
      <Problems of={of.problems} />
    </>
  );
}

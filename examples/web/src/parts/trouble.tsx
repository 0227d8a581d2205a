import { isTransient, messageOf } from '../graph/problem.ts';
import type { KnownQuery } from '../graph/use-ask.ts';

/** Says that another attempt may succeed, and whether what is shown is from an earlier one. */
export function Trouble({ query }: { readonly query: KnownQuery<unknown> }) {
  const problem = query.problems.find(isTransient);
  return (
    <div role="alert">
      {problem && (
        <div className="trouble">
          <p>
            <strong>{messageOf(problem)}</strong>{' '}
            {query.isOld ? 'What you see was loaded before.' : 'You are still signed in.'}
          </p>
          <button type="button" onClick={query.ask}>
            Try again
          </button>
        </div>
      )}
    </div>
  );
}

import { hrefOf } from '../frame/route.ts';
import { messageOf, type Problem } from '../graph/problem.ts';

/** Lists problems, each message once. The region is there before its text, or screen readers would not announce it. */
export function Problems({ of }: { readonly of: readonly Problem[] }) {
  const byMessage = new Map(of.map((problem) => [messageOf(problem), problem]));
  return (
    <div role="alert">
      {[...byMessage].map(([message, { reason }]) => (
        <p className="problem" key={message}>
          {message} {reason === 'ANONYMOUS_USER' && <a href={hrefOf.home}>Create an account</a>}
        </p>
      ))}
    </div>
  );
}

import { messageOf, type Problem } from '../graph/problem.ts';

/** Lists problems, each message once. The region is there before its text, or screen readers would not announce it. */
export function Problems({ of }: { readonly of: readonly Problem[] }) {
  const messages = new Set(of.map(messageOf));
  return (
    <div role="alert">
      {[...messages].map((message) => (
        <p className="problem" key={message}>
          {message}
        </p>
      ))}
    </div>
  );
}

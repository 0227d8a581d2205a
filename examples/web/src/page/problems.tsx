import { isProviderDown, messageOf, type Problem } from './problem.ts';

/** Lists problems, each message once. Failures of the provider are shown in the banner of the page instead. */
export function Problems({ of }: { readonly of: readonly Problem[] }) {
  const messages = new Set(of.filter((problem) => !isProviderDown(problem)).map(messageOf));
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

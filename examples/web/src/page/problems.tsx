import { isProviderDown, type Problem, tell } from './problem.ts';

/** What went wrong, each thing once. A provider in trouble is told by the banner of the page instead. */
export function Problems({ of }: { readonly of: readonly Problem[] }) {
  const sentences = new Set(of.filter((problem) => !isProviderDown(problem)).map(tell));
  return (
    <div role="alert">
      {[...sentences].map((sentence) => (
        <p className="problem" key={sentence}>
          {sentence}
        </p>
      ))}
    </div>
  );
}

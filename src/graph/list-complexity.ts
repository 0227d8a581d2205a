// How much a list adds to the complexity of a document (`MAX_COMPLEXITY`).

/** The extensions of a field that lists items: what is selected of an item counts as often as `items` says. */
export function eachOf(items: number) {
  return {
    complexity: ({ childComplexity }: { readonly childComplexity: number }) => 1 + items * childComplexity,
  };
}

/** Items of a list of the user, such as teams, as far as complexity is concerned. */
export const OF_USER = 10;

/** Items of a list below each of the user's teams. */
export const OF_TEAM = 3;

// How graphql-js executes an operation, whichever adapter the request came through.

/** Each error of a variable shows its value, so the first few stand for the others. */
export const EXECUTION_OPTIONS = { maxCoercionErrors: 3 } as const;

// Execution by graphql-js itself, so that an operation is executed by the same code whichever way it came.
import { execute } from 'graphql';
import type { Plugin } from 'graphql-yoga';

/** Puts graphql-js in the place of Yoga's own executor, whose incremental delivery is not used here. */
export function useGraphqlJs(): Plugin {
  return {
    onExecute({ setExecuteFn }) {
      setExecuteFn(execute);
    },
  };
}

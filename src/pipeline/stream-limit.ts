// The limits of subscriptions, which last: their number in all, by user and by address.
import { getOperationAST, OperationTypeNode } from 'graphql';
import type { Step } from './step.ts';
import type { Streams } from './streams.ts';

/** Refuses a subscription for which there is no room, or no time left. */
export function streamLimit(streams: Streams): Step {
  return {
    name: 'stream limit',
    check({ document, operationName }, exchange) {
      const operation = getOperationAST(document, operationName);
      return operation?.operation === OperationTypeNode.SUBSCRIPTION ? streams.open(exchange) : undefined;
    },
    done: (exchange) => streams.close(exchange),
  };
}

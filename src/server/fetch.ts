// Requests within the process, by fetch: Yoga answers them, through the same steps.
import type { YogaServerInstance } from 'graphql-yoga';
import { noteCode } from '../pipeline/exchange.ts';
import { leaveInFlight } from '../pipeline/in-flight-limit.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { CLIENT_CLOSED } from '../pipeline/request-log.ts';
import type { Traffic } from '../process/services.ts';
import { FetchExchange } from './fetch-exchange.ts';
import type { Router } from './route.ts';
import type { ServerContext } from './yoga-routes.ts';

/** The handlers of a request, and the pipeline whose steps run when the response has been read. */
export interface FetchOptions {
  readonly yoga: YogaServerInstance<ServerContext, ServerContext>;
  readonly pipeline: Pipeline;
  readonly router: Router;
  readonly traffic: Traffic;
}

/** Creates a `fetch` that answers within the process. A request is done when its body was read or cancelled. */
export function createFetch({ yoga, pipeline, router, traffic }: FetchOptions) {
  return async (input: Request | string | URL, init?: RequestInit): Promise<Response> => {
    const request = input instanceof Object && 'headers' in input ? input : new Request(input, init);
    const exchange = new FetchExchange(request, router);
    const response = await Promise.resolve(yoga.fetch(request, { exchange })).catch((error) => {
      if (exchange.disconnected) noteCode(exchange, 'CLIENT_CLOSED');
      pipeline.done(exchange, exchange.disconnected ? CLIENT_CLOSED : 500);
      throw error;
    });
    // The caller may never read the body.
    leaveInFlight(exchange, traffic);
    const done = () => pipeline.done(exchange, response.status);
    if (response.body) return new Response(watched(response.body, done), response);
    done();
    // Yoga's own class is not the global one, which other servers ask for.
    return new Response(null, response);
  };
}

/** The same bytes. Calls `ended` once they have been read or are not wanted any more. */
function watched(body: ReadableStream<Uint8Array>, ended: () => void): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (!done) return controller.enqueue(value);
        controller.close();
      } catch (error) {
        controller.error(error);
      }
      ended();
    },
    async cancel(reason) {
      ended();
      await reader.cancel(reason);
    },
  });
}

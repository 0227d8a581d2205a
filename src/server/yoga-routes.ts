// What Yoga's adapter answers that is no GraphQL, before Yoga reads the request.
import { handleMaybePromise, type MaybePromise } from '@whatwg-node/promise-helpers';
import type { Plugin } from 'graphql-yoga';
import type { ReportErrors } from '../pipeline/error-report.ts';
import type { Exchange } from '../pipeline/exchange.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { type Answer, refusal } from '../pipeline/refusal.ts';
import type { Health } from '../process/health.ts';
import { healthAnswer } from './health.ts';
import type { AnswerRest } from './rest.ts';
import type { Router } from './route.ts';
import { fetchedWebhook, type ReceiveWebhook } from './webhooks.ts';

/** What Yoga hands from hook to hook of one request. */
export interface ServerContext {
  readonly exchange: Exchange;
}

/** The answers of the other routes. */
export interface RoutesOptions {
  readonly pipeline: Pipeline;
  readonly router: Router;
  readonly health: Health;
  readonly rest: AnswerRest;
  readonly webhooks: ReceiveWebhook | undefined;
  readonly reportErrors: ReportErrors;
}

type OnRequest = NonNullable<Plugin<ServerContext, ServerContext>['onRequest']>;

/** Creates the hook that admits each request, unless the other adapter has, and answers those of other routes. */
export function answerOtherRoutes(options: RoutesOptions): OnRequest {
  const { pipeline, router, health, rest, webhooks, reportErrors } = options;
  return ({ request, serverContext: { exchange }, endResponse, fetchAPI }) => {
    const answer = (body: string | null, status: number, headers = {}) =>
      endResponse(new fetchAPI.Response(exchange.method === 'HEAD' ? null : body, { status, headers }));
    const write = ({ body, status, headers }: Answer) => answer(body || null, status, headers);
    const refuse = (error: unknown) => write(refusal(error, { exchange, reportErrors }));
    const route = (): MaybePromise<void> => {
      switch (exchange.route) {
        case 'preflight':
          // Some browsers wait for a body unless they are told that there is none.
          return answer(null, 204, { 'content-length': '0' });
        case 'health': {
          const { body, status } = healthAnswer(exchange.path, health);
          return answer(JSON.stringify(body), status, { 'content-type': 'application/json' });
        }
        case 'rest':
          return handleMaybePromise(() => rest(exchange), write, refuse);
        case 'webhook':
          return (
            webhooks &&
            handleMaybePromise(() => fetchedWebhook(webhooks, { exchange, request }), write, refuse)
          );
        case 'page': {
          const page = router.pageOf(exchange);
          const path = router.belowBase(exchange.path) ?? exchange.path;
          const visit = { headers: request.headers, peer: exchange.peer, path };
          return page && handleMaybePromise(() => page.respond(request, visit), endResponse, refuse);
        }
      }
    };
    if (exchange.admitted) return route();
    return handleMaybePromise(() => pipeline.admit(exchange), route, refuse);
  };
}

// The HTTP client, under Node and Bun: keep-alive connections, a time limit for the whole answer, a capped body, no redirects.
import { AnswerBudget } from './answer-budget.ts';
import { systemClock } from './clock.ts';
import { BodyDecoder } from './content-coding.ts';
import { createDispatcher } from './dispatcher.ts';
import { ignoreEvents } from './events.ts';
import { HttpCall } from './http-call.ts';
import { HttpDates } from './http-date.ts';
import {
  LARGEST_BODY,
  type Upstream,
  type UpstreamAnswer,
  type UpstreamMessage,
  type UpstreamOptions,
} from './upstream.ts';

/** Creates a client whose connections are those of undici. */
export function createUndiciUpstream({
  url,
  connections,
  timeout,
  maxBody = 1_048_576,
  maxBodies = 8 * 1_048_576,
  proxy,
  emit = ignoreEvents,
  clock = systemClock,
}: UpstreamOptions): Upstream {
  const { origin, pathname } = new URL(url);
  const prefix = pathname === '/' ? '' : pathname;
  const budget = new AnswerBudget(maxBodies);
  const decoder = new BodyDecoder(maxBodies);
  const dates = new HttpDates();
  const dispatcher = createDispatcher({
    origin,
    proxy,
    connections,
    timeout,
    maxBody: Math.max(maxBody, LARGEST_BODY),
  });

  const send = ({ method, path, headers = {}, body, signal, maxBody: max = maxBody }: UpstreamMessage) =>
    new Promise<UpstreamAnswer>((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const call = new HttpCall({ resolve, reject, maxBody: max, decoder, budget, dates, emit, clock });
      if (signal) call.endWith(signal);
      else call.endAfter(timeout);
      dispatcher.dispatch(
        {
          origin,
          method,
          path: prefix + path,
          headers: Object.assign({ 'accept-encoding': 'identity' }, headers),
          body: body ?? null,
        },
        call,
      );
    });

  return {
    get: ({ path, headers, signal }) => send({ method: 'GET', path, headers: headers ?? {}, signal }),
    send,
    close: () => dispatcher.close(),
  };
}

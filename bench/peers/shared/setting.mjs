// What a peer does besides answering, where the environment says so: a line of log for each request, and a rate limit.
// Both are what users of that framework would install; the limit is beyond reach, so that all is counted and nothing refused.
import pinoHttp from 'pino-http';

export const logsRequests = process.env.REQUEST_LOG === 'true';
export const limitsRates = process.env.RATE_LIMITS === 'true';

/** Requests in a minute. */
export const BEYOND_REACH = 100_000_000;

/**
 * pino-http for peers on node:http and Express, called with request and response. Tuned: without the headers, which it writes by
 * default, and the access token with them.
 */
export function createRequestLog() {
  return pinoHttp({
    serializers: {
      req: ({ id, method, url }) => ({ id, method, url }),
      res: ({ statusCode }) => ({ statusCode }),
    },
  });
}

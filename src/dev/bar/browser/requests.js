// Wraps `fetch` for GraphiQL's requests: adds the token, and reads the cost from the response.

const TOKEN_HEADERS = ['x-stack-access-token', 'x-hexclave-access-token', 'x-stack-auth', 'authorization'];

/**
 * @typedef {object} Answered
 * @property {string} operation
 * @property {string} outcome The status, and the code of the first error if there is one.
 * @property {number | undefined} calls
 * @property {string} kinds The calls of each kind, such as `members=2, teams=1`.
 * @property {number} ms
 * @property {boolean} ownHeader Whether the token is from GraphiQL's Headers.
 */

/**
 * Sends the token with GraphiQL's requests, unless its Headers contain one, and reports every response but the schema's.
 *
 * @param {{ token: () => Promise<string | undefined>, answered: (answer: Answered) => void }} options
 */
export function watchRequests({ token, answered }) {
  const { fetch } = globalThis;
  globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    if (new URL(request.url).pathname !== location.pathname) return fetch(request);
    const ownHeader = TOKEN_HEADERS.some((name) => request.headers.get(name));
    if (!ownHeader) {
      const current = await token();
      if (current) request.headers.set('x-stack-access-token', current);
    }
    const operation = nameOf(request.method === 'GET' ? paramsOf(request.url) : init?.body);
    const began = performance.now();
    const response = await fetch(request);
    const ms = Math.round(performance.now() - began);
    if (operation !== 'IntrospectionQuery') {
      const calls = response.headers.get('x-profile-calls');
      const kinds = response.headers.get('x-provider-calls') ?? '';
      const outcome = await outcomeOf(response.clone());
      answered({
        operation,
        outcome,
        calls: calls === null ? undefined : Number(calls),
        kinds,
        ms,
        ownHeader,
      });
    }
    return response;
  };
}

/**
 * @param {unknown} body
 * @returns {string}
 */
function nameOf(body) {
  try {
    const { operationName, query } = JSON.parse(String(body));
    return (
      operationName ?? /\b(?:query|mutation|subscription)\s+(\w+)/.exec(query)?.[1] ?? 'Query without a name'
    );
  } catch {
    return 'Query';
  }
}

/**
 * What GraphiQL sends in the URL: subscriptions.
 *
 * @param {string} url
 */
function paramsOf(url) {
  return JSON.stringify(Object.fromEntries(new URL(url).searchParams));
}

/** @param {Response} response */
async function outcomeOf(response) {
  if (!/json/.test(response.headers.get('content-type') ?? '')) return String(response.status);
  const { errors = [] } = await response.json();
  const { code, reason } = errors[0]?.extensions ?? {};
  return [response.status, reason ?? code].filter(Boolean).join(' ');
}

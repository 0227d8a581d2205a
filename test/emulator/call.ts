// Requests to the identity endpoints of an emulator.
import type { Emulator } from '../../src/emulator/emulator.ts';
import { clientHeaders, serverHeaders } from './run.ts';

/** An answer of the emulator; `refusal` is its known error, or else the text of a refusal. */
export interface Answer {
  readonly status: number;
  readonly refusal: string | undefined;
  readonly body: unknown;
}

/** Sends requests such as `call('PATCH', '/teams/1', {…})`. */
export type Call = (method: string, path: string, body?: object) => Promise<Answer>;

/** Sends requests as the user of a new session, with access type `client`. Restricted and anonymous users are allowed. */
export async function callAs(emulator: Emulator, user: { readonly id: string }): Promise<Call> {
  const { accessToken } = await emulator.control.signIn(user.id);
  return callWith(emulator, {
    ...clientHeaders(emulator, accessToken),
    'x-stack-allow-anonymous-user': 'true',
  });
}

/** Sends requests with access type `client` and without a token. */
export function callWithoutToken(emulator: Emulator): Call {
  return callWith(emulator, clientHeaders(emulator));
}

/** Sends requests with access type `server` and without a token. */
export function callAsServer(emulator: Emulator): Call {
  return callWith(emulator, { ...serverHeaders(emulator), 'content-type': 'application/json' });
}

function callWith({ url }: Emulator, headers: Readonly<Record<string, string>>): Call {
  return async (method, path, body) => {
    const init = { method, headers, ...(body && { body: JSON.stringify(body) }) };
    const response = await fetch(`${url}/api/v1${path}`, init);
    const text = await response.text();
    const code = response.headers.get('x-stack-known-error');
    const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false;
    return {
      status: response.status,
      refusal: code ?? (response.ok ? undefined : text),
      body: isJson ? JSON.parse(text) : text,
    };
  };
}

import { expect } from 'vitest';
import { type Forge, ME } from './forge.ts';

/** Characters allowed in an HTTP header. All others can be sent only inside JSON. */
const FITS_A_HEADER = /^[\x21-\x7e]+$/;
/** Node accepts 16 KiB of headers, and answers 431 to more. */
const FITS_ALL_HEADERS = 15_000;

/**
 * Sends a token in a header of its own, where it fits one, and in the SDK's JSON, to both adapters. Expects the documented
 * refusal, byte for byte, and no profile call.
 */
export async function expectRefusedToken(
  { test }: Forge,
  token: string,
  reason: 'INVALID_TOKEN' | 'EXPIRED_TOKEN' = 'INVALID_TOKEN',
): Promise<void> {
  const { control } = test.emulator;
  control.resetCalls();
  const json = JSON.stringify({ accessToken: token, refreshToken: 'refresh' });
  const carried = { authorization: `Bearer stackauth_${Buffer.from(json).toString('base64')}` };
  const carriers: Readonly<Record<string, string>>[] = FITS_A_HEADER.test(token)
    ? [{ 'x-stack-access-token': token }, carried]
    : [carried];
  for (const headers of carriers) {
    if (JSON.stringify(headers).length > FITS_ALL_HEADERS) {
      expect((await test.fetch('/graphql', { headers })).status).toBe(431);
      continue;
    }
    const { status, headers: answered, body } = await test.ask(ME, { headers });
    expect({
      status,
      authenticate: answered.get('www-authenticate'),
      body,
    }).toEqual({
      status: 401,
      authenticate: 'Bearer realm="graphql", error="invalid_token"',
      body: {
        errors: [
          { message: 'Invalid or expired access token', extensions: { code: 'UNAUTHENTICATED', reason } },
        ],
      },
    });
  }
  expect(control.calls().profile).toBe(0);
}

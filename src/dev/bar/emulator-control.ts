// The emulator's control over HTTP: it lives in another process than the server.
import type { Fault } from '../../emulator/fault.ts';
import type { MintOptions } from '../../emulator/mint.ts';
import type { SetFault, Target } from '../../emulator/traffic.ts';

/** What the bar needs of it. Every call rejects where the emulator does not do it. */
export interface EmulatorControl {
  people(): Promise<Readonly<Record<string, { readonly id: string } | undefined>>>;
  mintToken(options: MintOptions): Promise<string>;
  faults(): Promise<readonly SetFault[]>;
  fail(endpoint: Target, fault: Fault): Promise<void>;
  heal(): Promise<void>;
  rotateKeys(): Promise<void>;
}

/** Where the emulator is, and the secret of its start. */
export interface EmulatorAddress {
  readonly url: string;
  readonly controlSecret: string;
}

/** Makes a client of it. */
export function createEmulatorControl({ url, controlSecret }: EmulatorAddress): EmulatorControl {
  async function command(method: string, path: string, body?: object): Promise<unknown> {
    const answer = await fetch(`${url}/control${path}`, {
      method,
      headers: { 'content-type': 'application/json', 'x-emulator-secret': controlSecret },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`The emulator answers ${method} ${path} with ${answer.status}: ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }
  return {
    people: async () => (await command('GET', '/people')) as Awaited<ReturnType<EmulatorControl['people']>>,
    mintToken: async (options) =>
      ((await command('POST', '/tokens', options)) as { readonly accessToken: string }).accessToken,
    faults: async () => (await command('GET', '/faults')) as readonly SetFault[],
    fail: async (endpoint, fault) => void (await command('PUT', '/faults', { endpoint, fault })),
    heal: async () => void (await command('DELETE', '/faults')),
    rotateKeys: async () => void (await command('POST', '/keys/rotate', {})),
  };
}

// An emulator for a test, and requests to it.
import { onTestFinished } from 'vitest';
import { type Emulator, type EmulatorOptions, startEmulator } from '../../src/emulator/emulator.ts';

/** Starts an emulator for one test; it is closed when the test ends. */
export async function runEmulator(options?: EmulatorOptions): Promise<Emulator> {
  const emulator = await startEmulator(options);
  onTestFinished(() => emulator.close());
  return emulator;
}

/** The headers that a server sends to the provider with every request. */
export function serverHeaders(emulator: Emulator, token?: string): Readonly<Record<string, string>> {
  return {
    'x-stack-access-type': 'server',
    'x-stack-project-id': emulator.projectId,
    'x-stack-secret-server-key': emulator.secretServerKey,
    ...(token !== undefined && { 'x-stack-access-token': token }),
  };
}

/** The headers that a frontend sends to the provider with every request. */
export function clientHeaders(emulator: Emulator, token?: string): Readonly<Record<string, string>> {
  return {
    'x-stack-access-type': 'client',
    'x-stack-project-id': emulator.projectId,
    'x-stack-publishable-client-key': emulator.publishableClientKey,
    'content-type': 'application/json',
    ...(token !== undefined && { 'x-stack-access-token': token }),
  };
}

/** Requests the profile of a token's user, as a server does. */
export function fetchProfile(emulator: Emulator, token?: string, init?: RequestInit): Promise<Response> {
  const headers = serverHeaders(emulator, token);
  return fetch(`${emulator.url}/api/v1/users/me`, { headers: { ...headers }, ...init });
}

/** The URL of the key set, with an optional query. */
export function jwksUrl(emulator: Emulator, query = ''): URL {
  return new URL(`${emulator.url}/api/v1/projects/${emulator.projectId}/.well-known/jwks.json${query}`);
}

// The bar above GraphiQL. With the emulator it signs test users in and makes the provider fail; with your own project it
// has a field for a token. It shows whose token is sent, when the token expires, and what the last query cost.
import { readFileSync } from 'node:fs';
import type { ServerOptions } from '../../server/create-server.ts';
import type { PageExtension } from '../../server/graphiql/page.ts';
import { createCommands } from './commands.ts';
import { createEmulatorControl, type EmulatorAddress } from './emulator-control.ts';
import { isLocal, SECRET_HEADER } from './guard.ts';
import { PEOPLE, USER_OF, USERS } from './people.ts';
import { providerCalls } from './provider-calls.ts';
import { PROVIDER_STATES } from './provider-state.ts';

/** The emulator, and the secret that authorizes the bar's page. It stays the same when the server restarts. */
export interface DevBarOptions extends EmulatorAddress {
  readonly secret: string;
}

/** The server options that add the bar; without `options` the bar is for your own project. */
export function createDevBar(
  options?: DevBarOptions,
): Required<Pick<ServerOptions, 'steps' | 'pages' | 'graphiql'>> {
  const emulator = options && {
    secret: options.secret,
    secretHeader: SECRET_HEADER,
    people: PEOPLE,
    states: PROVIDER_STATES,
    users: USERS,
    userOf: USER_OF,
  };
  const commands =
    options && createCommands({ control: createEmulatorControl(options), secret: options.secret });
  const file = (name: string) => new URL(`browser/${name}`, import.meta.url);
  const names = [
    'bar.js',
    'changes.js',
    'changes-fields.js',
    'command.js',
    'elements.js',
    'requests.js',
    'token.js',
    'bar.css',
  ];
  const graphiql: PageExtension = {
    files: Object.fromEntries(names.map((name) => [name, file(name)])),
    script: 'bar.js',
    style: 'bar.css',
    markup: readFileSync(file(options ? 'emulator.html' : 'project.html'), 'utf8'),
    settings: { emulator },
    isShownTo: isLocal,
  };
  return { graphiql, steps: [providerCalls()], pages: commands ? [commands] : [] };
}

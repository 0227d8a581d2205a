// The bar above GraphiQL: with the emulator it signs people in and makes the provider fail, with a project of your own
// it takes a token. In both it shows whose token is sent, when it ends, and what a query has cost.
import { readFileSync } from 'node:fs';
import type { ServerOptions } from '../../server/create-server.ts';
import type { PageExtension } from '../../server/graphiql/page.ts';
import { createCommands } from './commands.ts';
import { createEmulatorControl, type EmulatorAddress } from './emulator-control.ts';
import { isLocal, SECRET_HEADER } from './guard.ts';
import { PEOPLE } from './people.ts';
import { profileCalls } from './profile-calls.ts';
import { PROVIDER_STATES } from './provider-state.ts';

/** The emulator, and the secret by which the bar's page is known; pages stay open while the server is started anew. */
export interface DevBarOptions extends EmulatorAddress {
  readonly secret: string;
}

/** What a server needs to have the bar; without options, the one for a project of your own. */
export function createDevBar(
  options?: DevBarOptions,
): Required<Pick<ServerOptions, 'steps' | 'pages' | 'graphiql'>> {
  const orders = options && {
    secret: options.secret,
    secretHeader: SECRET_HEADER,
    people: PEOPLE,
    states: PROVIDER_STATES,
  };
  const commands =
    options && createCommands({ control: createEmulatorControl(options), secret: options.secret });
  const file = (name: string) => new URL(`browser/${name}`, import.meta.url);
  const names = ['bar.js', 'requests.js', 'token.js', 'bar.css'];
  const graphiql: PageExtension = {
    files: Object.fromEntries(names.map((name) => [name, file(name)])),
    script: 'bar.js',
    style: 'bar.css',
    markup: readFileSync(file(options ? 'emulator.html' : 'project.html'), 'utf8'),
    settings: { orders },
    admits: isLocal,
  };
  return { graphiql, steps: [profileCalls()], pages: commands ? [commands] : [] };
}

// The commands of the bar, under `/dev-bar/`: issue a token, read the last e-mail, read or set the state of the provider,
// rotate keys, change a user.
import { z } from 'zod';
import type { Page } from '../../server/page.ts';
import { createChanges } from './changes.ts';
import type { EmulatorControl } from './emulator-control.ts';
import { knowsSecret } from './guard.ts';
import { createSignIn, PEOPLE, type Person } from './people.ts';
import {
  PROVIDER_STATES,
  type ProviderState,
  readProviderState,
  setProviderState,
} from './provider-state.ts';

const FOLDER = '/dev-bar/';

const namesOf = <Name extends string>(labels: Readonly<Record<Name, string>>) =>
  z.enum(Object.keys(labels) as [Name, ...Name[]]);
const tokenBody = z.strictObject({ person: namesOf<Person>(PEOPLE) });
const stateBody = z.strictObject({ state: namesOf<ProviderState>(PROVIDER_STATES) });

type Command = (input: unknown) => Promise<object>;

/** Runs the commands of local clients that send the secret; other clients get a 404. */
export function createCommands({
  control,
  secret,
}: {
  readonly control: EmulatorControl;
  readonly secret: string;
}): Page {
  const signIn = createSignIn(control);
  const commands: Readonly<Record<string, Command>> = {
    ...createChanges(control),
    'POST token': (body) => signIn(tokenBody.parse(body).person),
    'GET email': async () => ({ email: (await control.emails()).at(-1) }),
    'GET provider': async () => ({ state: await readProviderState(control) }),
    'PUT provider': async (body) => {
      const { state } = stateBody.parse(body);
      await setProviderState(control, state);
      return { state };
    },
    'POST keys': async () => {
      await control.rotateKeys();
      return {};
    },
  };
  return {
    owns: ({ path }) => path.startsWith(FOLDER),
    async respond(request, visit) {
      const name = visit.path.slice(FOLDER.length);
      const command = commands[`${request.method} ${name}`];
      if (!command || !knowsSecret(visit, secret)) return new Response('Not found\n', { status: 404 });
      return runCommand(command, request);
    },
  };
}

async function runCommand(command: Command, request: Request): Promise<Response> {
  try {
    return Response.json(await command(await readInput(request)));
  } catch (error) {
    const isMistake = error instanceof z.ZodError || error instanceof SyntaxError;
    return new Response(`${error instanceof Error ? error.message : error}\n`, {
      status: isMistake ? 400 : 502,
    });
  }
}

/** The body, or the query of a `GET`. */
async function readInput(request: Request): Promise<unknown> {
  if (request.method !== 'GET') return request.json();
  return Object.fromEntries(new URL(request.url).searchParams);
}

// What the bar orders, under `/dev-bar/`: a token, a state of the provider, new keys.
import type { Plugin } from 'graphql-yoga';
import { z } from 'zod';
import type { RequestState } from '../../pipeline/exchange.ts';
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
const tokenOrder = z.strictObject({ person: namesOf<Person>(PEOPLE) });
const stateOrder = z.strictObject({ state: namesOf<ProviderState>(PROVIDER_STATES) });

type Command = (body: unknown) => Promise<object>;

/** Obeys who is local and knows the secret; for all others there is nothing here. */
export function useCommands({
  control,
  secret,
}: {
  readonly control: EmulatorControl;
  readonly secret: string;
}): Plugin<object, RequestState> {
  const signIn = createSignIn(control);
  const commands: Readonly<Record<string, Command>> = {
    'POST token': async (body) => ({ accessToken: await signIn(tokenOrder.parse(body).person) }),
    'GET provider': async () => ({ state: await readProviderState(control) }),
    'PUT provider': async (body) => {
      const { state } = stateOrder.parse(body);
      await setProviderState(control, state);
      return { state };
    },
    'POST keys': async () => {
      await control.rotateKeys();
      return {};
    },
  };
  return {
    async onRequest({ request, url, serverContext, endResponse, fetchAPI: { Response } }) {
      if (!url.pathname.startsWith(FOLDER)) return;
      delete serverContext.startedAt;
      const peer = serverContext.req?.socket.remoteAddress;
      const command = commands[`${request.method} ${url.pathname.slice(FOLDER.length)}`];
      if (!command || !knowsSecret({ headers: request.headers, peer }, secret)) {
        return endResponse(new Response('Not found\n', { status: 404 }));
      }
      endResponse(await obey(command, request, Response));
    },
  };
}

async function obey(command: Command, request: Request, Answer: typeof Response): Promise<Response> {
  try {
    return Answer.json(await command(request.method === 'GET' ? undefined : await request.json()));
  } catch (error) {
    const isMistake = error instanceof z.ZodError || error instanceof SyntaxError;
    return Answer.json({ error: String(error) }, { status: isMistake ? 400 : 502 });
  }
}

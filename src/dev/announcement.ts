// What the development process prints once its server listens, or sends to the program that forked it.
import type { Emulator } from '../emulator/emulator.ts';
import { DEVELOPMENT_PASSWORD } from '../emulator/seed.ts';

/** The message to a program that forked the development process. */
export interface Announcement {
  readonly url: string;
  /** Absent where a project is set. */
  readonly emulator?: {
    readonly url: string;
    readonly projectId: string;
    readonly publishableClientKey: string;
    /** Of users of every class, who all have the same password. */
    readonly emails: readonly string[];
    readonly password: string;
    /** A command line that changes the name of the first user, which sends a webhook to the server. */
    readonly rename: string;
  };
}

/** A server that listens; `again` after a restart. */
export interface Announced {
  readonly url: string;
  readonly emulator: Emulator | undefined;
  /** The file with the variables of the emulator. */
  readonly providerFile: string | undefined;
  readonly again: boolean;
}

/** Seconds for which the printed token is valid. */
const DAY = 86_400;

/** Prints or sends it. */
export async function announce({ url, emulator, providerFile, again }: Announced): Promise<void> {
  if (again) return print(`Reloaded: ${url}/graphql\n`);
  if (process.send) return void process.send(announcementOf(url, emulator));
  const details = emulator ? (await describe(url, emulator)) + describeFile(providerFile) : describeProject();
  // In one piece: the server writes its log to the same terminal.
  print(`\nGraphQL and GraphiQL: ${url}/graphql\n${details}`);
}

function announcementOf(url: string, emulator: Emulator | undefined): Announcement {
  if (!emulator) return { url };
  const { people, projectId, publishableClientKey } = emulator;
  const emails = Object.values(people).flatMap(({ email }) => email ?? []);
  const password = DEVELOPMENT_PASSWORD;
  const rename = renameCommand(emulator);
  return { url, emulator: { url: emulator.url, projectId, publishableClientKey, emails, password, rename } };
}

function describeProject(): string {
  return `No user is signed in: send a token of project ${process.env['STACK_PROJECT_ID']}\n\n`;
}

async function describe(url: string, emulator: Emulator): Promise<string> {
  const { url: provider, projectId, people, teams, control, controlSecret } = emulator;
  const { ada } = people;
  // The same at every start, so that the session of a token that was printed before is known.
  const { sessionId } = await control.signIn(ada.id, {
    id: emulator.idOf('session of curl'),
    agentName: 'curl',
  });
  const token = await control.mintToken({ userId: ada.id, sessionId, expiresIn: DAY });
  return `Identity provider: the local emulator at ${provider} (no project is set)
Signed in as: ${ada.displayName} <${ada.email}>, valid for a day and through every restart. Try it:

curl -s ${url}/graphql -H 'Content-Type: application/json' \\
  -d '{"query":"{ me { id email displayName } }"}' \\
  -H 'X-Stack-Access-Token: ${token}'

Sign in from a page of yours (docs/frontend.md), as ${ada.email} with the password ${DEVELOPMENT_PASSWORD}:

new StackClientApp({ projectId: '${projectId}', baseUrl: '${provider}', tokenStore: 'cookie' })

The server answers that page where it was started with its origin: CORS_ORIGINS=http://localhost:5173 npm run dev

Grant a permission in a team, here ${ada.displayName} may manage the API keys of ${teams.navy.displayName}:

curl -X PUT -H 'X-Emulator-Secret: ${controlSecret}' \\
  '${provider}/control/teams/${teams.navy.id}/members/${ada.id}/permissions/$manage_api_keys'

Change a name at the provider, which sends a webhook to this server:

${renameCommand(emulator)}

To see it arrive, subscribe first:

curl -N ${url}/graphql -H 'Accept: text/event-stream' -H 'Content-Type: application/json' \\
  -d '{"query":"subscription { meChanged { displayName } }"}' \\
  -H 'X-Stack-Access-Token: ${token}'

`;
}

function describeFile(file: string | undefined): string {
  return file === undefined ? '' : `Variables for other servers on this identity provider: ${file}\n\n`;
}

function renameCommand({ url, people: { ada }, controlSecret }: Emulator): string {
  return `curl -X PATCH -H 'X-Emulator-Secret: ${controlSecret}' -H 'Content-Type: application/json' \\
  -d '{"displayName":"Augusta"}' '${url}/control/users/${ada.id}'`;
}

function print(text: string): void {
  process.stdout.write(text);
}

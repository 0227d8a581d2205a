// Commands that change a user at the emulator, as the provider's dashboard would, and send the webhooks that tell of it.
import { z } from 'zod';
import type { EmulatorControl } from './emulator-control.ts';
import { DELETED, USERS, type UserName } from './people.ts';

const user = z.enum(Object.keys(USERS) as [UserName, ...UserName[]]);
const userQuery = z.strictObject({ user });
const nameBody = z.strictObject({ user, name: z.string() });
const permissionBody = z.strictObject({
  user,
  team: z.string().nullable(),
  permission: z.string(),
  isGranted: z.boolean(),
});
const sessionsBody = z.strictObject({ user, session: z.string().nullable() });
const switchBody = z.strictObject({ user, isOn: z.boolean() });

/** Creates the commands by method and name. Each is given the body, or the query where there is no body. */
export function createChanges(
  control: EmulatorControl,
): Readonly<Record<string, (input: unknown) => Promise<object>>> {
  const idOf = async (name: UserName): Promise<string> => {
    const found = (await control.people())[name];
    if (!found) throw new Error(DELETED);
    return found.id;
  };
  return {
    'GET user': (query) => readUser(control, userQuery.parse(query).user),
    async 'PUT name'(body) {
      const { user, name } = nameBody.parse(body);
      await control.updateUser(await idOf(user), { displayName: name === '' ? null : name });
      return {};
    },
    async 'PUT permission'(body) {
      const { user, team, permission, isGranted } = permissionBody.parse(body);
      const grant = { userId: await idOf(user), permissionId: permission, ...(team && { teamId: team }) };
      await (isGranted ? control.grant(grant) : control.revoke(grant));
      return {};
    },
    async 'DELETE sessions'(body) {
      const { user, session } = sessionsBody.parse(body);
      const id = await idOf(user);
      const ended = session === null ? await control.sessions(id) : [{ id: session }];
      for (const { id: sessionId } of ended) await control.endSession(id, sessionId);
      return {};
    },
    async 'PUT webhooks'(body) {
      await control.switchWebhooks(switchBody.parse(body).isOn);
      return {};
    },
    async 'POST webhook-again'(body) {
      userQuery.parse(body);
      await control.sendWebhookAgain();
      return {};
    },
    async 'POST webhook-test'(body) {
      await control.sendTestWebhook(await idOf(userQuery.parse(body).user));
      return {};
    },
  };
}

async function readUser(control: EmulatorControl, name: UserName): Promise<object> {
  const [people, webhooks] = await Promise.all([control.people(), control.webhooks()]);
  const found = people[name];
  if (!found) return { problem: DELETED, webhooks };
  const { id, displayName, email, kind } = found;
  const [places, sessions] = await Promise.all([control.grantables(id), control.sessions(id)]);
  return { displayName, email, kind, places, sessions: sessions.map(describeSession), webhooks };
}

function describeSession({
  id,
  agentName,
  createdAt,
}: Awaited<ReturnType<EmulatorControl['sessions']>>[number]) {
  return { id, agentName, createdAt };
}

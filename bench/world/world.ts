// What all servers of a run share: one project with its keys, and its users. It travels between processes as JSON.
import { exportJWK, type JWK } from 'jose';
import { createProject } from '../../src/emulator/project.ts';
import { newBytes } from '../../src/emulator/secrets.ts';
import type { EmulatedUser, UserKind } from '../../src/emulator/user.ts';

/** A project with users; tokens name `issuerBase` as the host of their issuer, wherever the provider listens. */
export interface World {
  readonly projectId: string;
  readonly secretServerKey: string;
  readonly issuerBase: string;
  /** The key set as the provider publishes it. */
  readonly keySet: { readonly keys: readonly object[] };
  readonly signing: Readonly<Record<'ordinary' | 'anonymous', { readonly kid: string; readonly key: JWK }>>;
  readonly users: readonly EmulatedUser[];
}

const KINDS: readonly UserKind[] = ['ordinary', 'restricted', 'anonymous'];

/** Makes a world with fresh keys. Every tenth user is anonymous, so that not all answers are alike. */
export async function createWorld(userCount: number): Promise<World> {
  const id = crypto.randomUUID();
  const project = await createProject({ id, displayName: 'Bench', now: Date.now, bytes: newBytes });
  for (let index = 0; index < userCount; index += 1) {
    if (index % 10 === 9) project.users.create({ kind: 'anonymous' });
    else project.users.create({ displayName: `User ${index}` });
  }
  const signingOf = async (kind: UserKind) => {
    const { kid, privateKey } = project.keys.signing(kind);
    return { kid, key: await exportJWK(privateKey) };
  };
  return {
    projectId: id,
    secretServerKey: project.secretServerKey,
    issuerBase: 'https://api.stack-auth.com',
    keySet: { keys: KINDS.flatMap((kind) => project.keys.published(kind).map(({ published }) => published)) },
    signing: { ordinary: await signingOf('ordinary'), anonymous: await signingOf('anonymous') },
    users: project.users.all(),
  };
}

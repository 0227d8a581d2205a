import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readEmulatorFile } from '../../src/dev/emulator-file.ts';
import { writeProviderFile } from '../../src/dev/provider-file.ts';
import { startKeptEmulator } from '../../src/dev/start-kept-emulator.ts';
import { type Emulator, startEmulator } from '../../src/emulator/emulator.ts';
import { privateKeyOf, uuidOf } from '../../src/emulator/secrets.ts';
import { startProgram } from '../support/program.ts';
import { makeTempFolder } from '../support/temp-folder.ts';

const UUID = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;

describe('the emulator of the development process', () => {
  it('has the same ids, keys and address at every start, and knows the tokens of before', async () => {
    using folder = makeTempFolder();
    const before = await start(folder.path);
    const { ada } = before.people;
    const id = before.idOf('session');
    const { accessToken } = await before.control.signIn(ada.id, { id });
    const known = await identityOf(before);
    await before.close();
    await using after = await start(folder.path);
    expect(await identityOf(after)).toEqual(known);
    expect(Object.values(known.people).every((each) => UUID.test(each))).toBe(true);
    expect(new Set(Object.values(known.people)).size).toBe(6);
    const answer = await fetch(`${after.url}/api/v1/users/me`, { headers: headersOf(after, accessToken) });
    expect(await answer.json()).toMatchObject({ id: ada.id, display_name: 'Ada Lovelace' });
    expect(after.idOf('session')).toBe(id);
    const keys = async () =>
      (await fetch(`${after.url}/api/v1/projects/${after.projectId}/.well-known/jwks.json`)).json();
    const published = JSON.stringify(await keys());
    expect(published).not.toContain('"d"');
    await after.control.rotateKeys();
    expect(JSON.stringify(await keys())).not.toBe(published);
  });

  it('has new ones in another folder, where it is asked for fresh ones, and without a folder', async () => {
    using folder = makeTempFolder();
    using other = makeTempFolder();
    const starts = [
      () => start(folder.path),
      () => start(other.path),
      () => start(folder.path, { fresh: true }),
      () => startEmulator(),
      () => startEmulator(),
    ];
    const seen = new Set<string>();
    for (const begin of starts) {
      await using emulator = await begin();
      const { people, keys, kids } = await identityOf(emulator);
      for (const each of [...Object.values(people), ...keys, ...kids]) seen.add(each);
    }
    expect(seen.size).toBe(starts.length * (6 + 5 + 2));
  });

  it('keeps them in a file that no other user can read', () => {
    using folder = makeTempFolder();
    const data = join(folder.path, '.data');
    readEmulatorFile(data);
    expect(statSync(data).mode & 0o777).toBe(0o700);
    expect(statSync(join(data, 'emulator.json')).mode & 0o777).toBe(0o600);
  });

  it('writes variables with which another server runs on it, for this user alone', async () => {
    using folder = makeTempFolder();
    await using emulator = await start(folder.path);
    const file = writeProviderFile(folder.path, emulator);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    // As docs/operations.md says.
    await using server = startProgram({
      command: 'sh',
      args: [
        '-c',
        `set -a; . ${file}; exec ${process.execPath} --disable-warning=DEP0205 --import tsx test/support/main.ts`,
      ],
      cwd: fileURLToPath(new URL('../../', import.meta.url)),
      env: { HOST: '127.0.0.1', PORT: '0' },
    });
    const [line] = await server.printed(/\{.*"msg":"Listening".*/);
    const { url } = JSON.parse(line) as { readonly url: string };
    const answer = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-stack-access-token': await emulator.control.mintToken({ userId: emulator.people.ada.id }),
      },
      body: '{"query":"{ me { displayName } }"}',
    });
    expect(await answer.json()).toEqual({ data: { me: { displayName: 'Ada Lovelace' } } });
  });

  it('moves to another port where its own is in use, for this start', async () => {
    using folder = makeTempFolder();
    await using first = await start(folder.path);
    const second = await startKeptEmulator(readEmulatorFile(folder.path));
    await using elsewhere = second.emulator;
    expect(second.isElsewhere).toBe(true);
    expect(elsewhere.people.ada.id).toBe(first.people.ada.id);
    expect(elsewhere.url).not.toBe(first.url);
    expect(first.url).toBe(`http://127.0.0.1:${readEmulatorFile(folder.path).port}`);
  });

  it.each(['', '{"secret":"short","port":1}', '{}'])('says what to do where the file is %j', (text) => {
    using folder = makeTempFolder();
    writeFileSync(join(folder.path, 'emulator.json'), text);
    expect(() => readEmulatorFile(folder.path)).toThrow(/emulator\.json is damaged: delete it$/);
  });

  it('says what it cannot use where the folder is a file', () => {
    using folder = makeTempFolder();
    writeFileSync(join(folder.path, 'data'), '');
    expect(() => readEmulatorFile(join(folder.path, 'data'))).toThrow(/cannot be used: Error: EEXIST/);
  });
});

describe('a derived private key', () => {
  it('is one also for bytes that are none', () => {
    expect(privateKeyOf(Buffer.alloc(32)).d).not.toBe(Buffer.alloc(32).toString('base64url'));
    expect(privateKeyOf(Buffer.alloc(32, 255)).x).toHaveLength(43);
    const small = Buffer.alloc(32);
    small[31] = 1;
    expect(privateKeyOf(small)).toEqual({
      // The base point of the curve, whose coordinates the standard gives.
      x: Buffer.from('6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296', 'hex').toString(
        'base64url',
      ),
      y: Buffer.from('4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5', 'hex').toString(
        'base64url',
      ),
      d: small.toString('base64url'),
    });
    expect(uuidOf(Buffer.alloc(16, 255))).toBe('ffffffff-ffff-4fff-bfff-ffffffffffff');
  });
});

async function start(folder: string, options?: { readonly fresh: boolean }): Promise<Emulator> {
  return (await startKeptEmulator(readEmulatorFile(folder, options))).emulator;
}

/** What a developer's database, browser and terminal know of an emulator. */
async function identityOf(emulator: Emulator) {
  const { url, projectId, people } = emulator;
  const { publishableClientKey, secretServerKey, superSecretAdminKey, webhookSecret, controlSecret } =
    emulator;
  const kidOf = async (kind: 'ada' | 'guest') => {
    const [header = ''] = (await emulator.control.mintToken({ userId: people[kind].id })).split('.');
    return String(JSON.parse(Buffer.from(header, 'base64url').toString()).kid);
  };
  return {
    url,
    projectId,
    people: Object.fromEntries(Object.entries(people).map(([name, { id }]) => [name, id])),
    keys: [publishableClientKey, secretServerKey, superSecretAdminKey, webhookSecret, controlSecret],
    kids: [await kidOf('ada'), await kidOf('guest')],
  };
}

function headersOf({ projectId, publishableClientKey }: Emulator, token: string) {
  return {
    'x-stack-access-type': 'client',
    'x-stack-project-id': projectId,
    'x-stack-publishable-client-key': publishableClientKey,
    'x-stack-access-token': token,
  };
}

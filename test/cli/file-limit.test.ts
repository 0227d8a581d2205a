import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readFileLimit } from '../../src/cli/file-limit.ts';
import { startEmulator } from '../../src/emulator/emulator.ts';
import { startProgram } from '../support/program.ts';
import { makeTempFolder } from '../support/temp-folder.ts';
import { settingsOf } from '../support/test-server.ts';

const cwd = fileURLToPath(new URL('../../', import.meta.url));
const SERVER = `exec ${process.execPath} --disable-warning=DEP0205 --import tsx test/support/main.ts`;

/** What a server writes until it listens that is started with this limit of open files. */
async function startUnder(limit: number, env: Readonly<Record<string, string>> = {}): Promise<string> {
  await using emulator = await startEmulator();
  await using program = startProgram({
    command: 'sh',
    args: ['-c', `ulimit -n ${limit}; ${SERVER}`],
    cwd,
    env: { ...settingsOf(emulator), HOST: '127.0.0.1', PORT: '0', ...env },
  });
  return (await program.printed(/^[\s\S]*"msg":"Listening".*/)).toString();
}

describe('the limit of open files', () => {
  it.runIf(process.platform === 'linux')('is warned of where it is below MAX_CONNECTIONS', async () => {
    const [few, enough] = await Promise.all([
      startUnder(1_024),
      startUnder(1_024, { MAX_CONNECTIONS: '500' }),
    ]);
    const warning = few.split('\n').find((line) => line.includes('open files'));
    expect(JSON.parse(warning ?? '{}')).toMatchObject({ level: 40, limit: 1_024, needed: 4_164 });
    expect(enough).not.toContain('open files');
  });

  it.each([
    ['Max open files            1024                 4096                 files', 1_024],
    ['Max open files            unlimited            unlimited            files', undefined],
    ['Max processes             15000                15000                processes', undefined],
  ])('is read from %s', (line, limit) => {
    using folder = makeTempFolder();
    const file = join(folder.path, 'limits');
    writeFileSync(
      file,
      `Limit                     Soft Limit           Hard Limit           Units\n${line}\n`,
    );
    expect(readFileLimit(file)).toBe(limit);
  });

  it('is not known where the system has no such file', () => {
    expect(readFileLimit('/nowhere/limits')).toBeUndefined();
  });
});

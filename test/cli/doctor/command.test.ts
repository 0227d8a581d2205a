import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../src/cli/doctor/finding.ts';
import { printFindings } from '../../../src/cli/doctor/print.ts';
import { startEmulator } from '../../../src/emulator/emulator.ts';
import { runProgram } from '../../support/doctor.ts';
import { makeTempFolder } from '../../support/temp-folder.ts';
import { settingsOf } from '../../support/test-server.ts';

const ESCAPE = '\u001b';

describe('the program', () => {
  it.each(['--help', '-h', 'help'])('tells by %s what it can do', async (argument) => {
    const { code, stdout } = await runProgram({ args: [argument] });
    expect(code).toBe(0);
    expect(stdout).toContain('stack-auth-graphql doctor');
    expect(stdout).toContain('STACK_SECRET_SERVER_KEY');
  });

  it('tells its version', async () => {
    const { code, stdout } = await runProgram({ args: ['--version'] });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('does not serve for an argument that it does not know, and does not repeat it', async () => {
    const { code, stdout, stderr } = await runProgram({ args: ['serve-me'] });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('Unknown command');
    expect(stderr).not.toContain('serve-me');
  });
});

describe('the doctor as a command', () => {
  it.each([
    ['an argument', ['eyJhbGciOiJFUzI1NiJ9.e30.c2VjcmV0']],
    ['an option', ['--token', 'eyJhbGciOiJFUzI1NiJ9.e30.c2VjcmV0']],
    ['an option with =', ['--token=eyJhbGciOiJFUzI1NiJ9.e30.c2VjcmV0']],
  ])('takes no token as %s, says why, and does not repeat it', async (_what, args) => {
    const { code, stdout, stderr } = await runProgram({ args: ['doctor', ...args] });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('standard input');
    expect(stderr).toContain('history');
    expect(stderr).not.toContain('eyJ');
  });

  it.each([['--colour'], ['--origin'], ['--json=yes']])('does not take %s', async (argument) => {
    const { code, stderr } = await runProgram({ args: ['doctor', argument] });
    expect(code).toBe(1);
    expect(stderr).toContain('--origin <origin>');
  });

  it('tells how it is called', async () => {
    const { code, stdout } = await runProgram({ args: ['doctor', '--help'] });
    expect(code).toBe(0);
    expect(stdout).toContain('Exit code 0 if nothing failed, else 1.');
  });

  it('speaks to people, without colours where there is no terminal', async () => {
    await using emulator = await startEmulator();
    const { code, stdout } = await runProgram({ args: ['doctor'], env: settingsOf(emulator) });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^✓ environment .+\n✓ keys .+\n✓ secret-key .+\n✓ clock .+\n– cors .+\n +→ .+/);
    expect(stdout).toMatch(/\nNo problems found\.\n$/);
    expect(stdout).not.toContain(ESCAPE);
  });

  it('of a checkout reads .env, below what the environment says', async () => {
    await using emulator = await startEmulator();
    using folder = makeTempFolder();
    const settings = { ...settingsOf(emulator), STACK_SECRET_SERVER_KEY: 'ssk_wrong_in_the_file' };
    const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`);
    writeFileSync(join(folder.path, '.env'), lines.join(''));
    const visit = { file: 'src/dev/doctor.ts', cwd: folder.path };
    expect((await runProgram(visit)).stdout).toContain('refuses STACK_SECRET_SERVER_KEY');
    const env = { STACK_SECRET_SERVER_KEY: emulator.secretServerKey };
    expect((await runProgram({ ...visit, env })).code).toBe(0);
  });
});

describe('the findings on paper', () => {
  const findings: readonly Finding[] = [
    {
      check: 'keys',
      status: 'failed',
      code: 'KEYS_UNUSABLE',
      message: 'They are bad.',
      remedy: 'Mend them.',
    },
    { check: 'clock', status: 'warning', code: 'CLOCK_OFF', message: 'It is late.' },
  ];

  it('are a line each, with its remedy below, and a sum', () => {
    expect(printFindings(findings, { colors: false })).toBe(
      '✗ keys         They are bad.\n               → Mend them.\n! clock        It is late.\n\n1 problem, 1 warning.\n',
    );
  });

  it('are broken between words where the paper is narrow', () => {
    expect(printFindings(findings, { colors: false, width: 24 })).toContain(
      '✗ keys         They are\n               bad.\n               → Mend\n                 them.\n',
    );
  });

  it('have colours where a terminal has them', () => {
    expect(printFindings(findings, { colors: true })).toContain(`${ESCAPE}[31m✗${ESCAPE}[39m keys`);
  });
});

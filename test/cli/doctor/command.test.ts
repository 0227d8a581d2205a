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
  it.each(['--help', '-h', 'help'])('prints its usage with %s', async (argument) => {
    const { code, stdout } = await runProgram({ args: [argument] });
    expect(code).toBe(0);
    expect(stdout).toContain('stack-auth-graphql doctor');
    expect(stdout).toContain('STACK_SECRET_SERVER_KEY');
  });

  it('prints its version', async () => {
    const { code, stdout } = await runProgram({ args: ['--version'] });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('refuses an unknown argument, and does not repeat it', async () => {
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
  ])('refuses a token as %s, says why, and does not repeat it', async (_what, args) => {
    const { code, stdout, stderr } = await runProgram({ args: ['doctor', ...args] });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('standard input');
    expect(stderr).toContain('history');
    expect(stderr).not.toContain('eyJ');
  });

  it.each([['--colour'], ['--origin'], ['--json=yes']])('refuses %s', async (argument) => {
    const { code, stderr } = await runProgram({ args: ['doctor', argument] });
    expect(code).toBe(1);
    expect(stderr).toContain('--origin <origin>');
  });

  it('prints its usage', async () => {
    const { code, stdout } = await runProgram({ args: ['doctor', '--help'] });
    expect(code).toBe(0);
    expect(stdout).toContain('Exit code 0 if nothing failed, else 1.');
  });

  it('prints text for people, without colours where there is no terminal', async () => {
    await using emulator = await startEmulator();
    const { code, stdout } = await runProgram({ args: ['doctor'], env: settingsOf(emulator) });
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^✓ environment .+\n✓ keys .+\n✓ secret-key .+\n✓ client-key .+\n✓ mutations .+\n✓ clock .+\n– cors .+\n +→ .+/,
    );
    expect(stdout).toMatch(/\nNo problems found\.\n$/);
    expect(stdout).not.toContain(ESCAPE);
  });

  it('reads .env in a checkout, and prefers the environment', async () => {
    await using emulator = await startEmulator();
    using folder = makeTempFolder();
    const settings = { ...settingsOf(emulator), STACK_SECRET_SERVER_KEY: 'ssk_wrong_in_the_file' };
    const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`);
    writeFileSync(join(folder.path, '.env'), lines.join(''));
    const options = { file: 'src/dev/doctor.ts', cwd: folder.path };
    expect((await runProgram(options)).stdout).toContain('refuses STACK_SECRET_SERVER_KEY');
    const env = { STACK_SECRET_SERVER_KEY: emulator.secretServerKey };
    expect((await runProgram({ ...options, env })).code).toBe(0);
  });
});

describe('printed findings', () => {
  const findings: readonly Finding[] = [
    {
      check: 'keys',
      status: 'failed',
      code: 'KEYS_UNUSABLE',
      message: 'They are bad.',
      remedy: 'Fix them.',
    },
    { check: 'clock', status: 'warning', code: 'CLOCK_OFF', message: 'It is late.' },
  ];

  it('have their remedy below them, and a summary at the end', () => {
    expect(printFindings(findings, { colors: false })).toBe(
      '✗ keys         They are bad.\n               → Fix them.\n! clock        It is late.\n\n1 problem, 1 warning.\n',
    );
  });

  it('are wrapped between words on a narrow terminal', () => {
    expect(printFindings(findings, { colors: false, width: 24 })).toContain(
      '✗ keys         They are\n               bad.\n               → Fix\n                 them.\n',
    );
  });

  it('are coloured where the terminal supports it', () => {
    expect(printFindings(findings, { colors: true })).toContain(`${ESCAPE}[31m✗${ESCAPE}[39m keys`);
  });
});

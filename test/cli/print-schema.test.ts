import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { buildSchema, printSchema } from 'graphql';
import { describe, expect, it } from 'vitest';
import { printSchemaOf } from '../../src/cli/print-schema.ts';
import { createSchema } from '../../src/server/app-schema.ts';
import { createSubgraph } from '../../src/server/subgraph.ts';
import { createSubgraphApp } from '../support/subgraph-app.ts';

/** Runs the command, and reads what it has written. */
async function print(...args: readonly string[]) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const code = await printSchemaOf(async () => createSubgraphApp(), args, { stdout, stderr });
  stdout.end();
  stderr.end();
  return { code, stdout: await text(stdout), stderr: await text(stderr) };
}

describe('the command `schema`', () => {
  it('prints the schema of the app', async () => {
    const { code, stdout } = await print();
    expect(code).toBe(0);
    expect(printSchema(buildSchema(stdout))).toBe(printSchema(createSchema(createSubgraphApp())));
    expect(stdout).not.toMatch(/@key|_Entity/);
  });

  it('prints it as a subgraph with --federation', async () => {
    const { code, stdout } = await print('--federation');
    expect(code).toBe(0);
    expect(stdout.trimEnd()).toBe((await createSubgraph(createSubgraphApp())).sdl.trimEnd());
    expect(stdout).toMatch(/^type Note\s+@key\(fields: "id"\)/m);
  });

  it.each([['--supergraph'], ['--federation --federation'], ['x']])('refuses %s', async (args) => {
    const { code, stdout, stderr } = await print(...args.split(' '));
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('schema [--federation]');
  });
});

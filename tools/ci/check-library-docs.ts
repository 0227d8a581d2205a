// The examples of docs/library.md, as a reader has them: in one empty folder with the packed tarball and the frameworks. They
// are compiled, and asked by package/consumers/library-docs.ts. Needs the registry, so it is no part of `npm test`.
import { ok } from 'node:assert/strict';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../build/manifests.ts';
import { compile, inProject } from './consumer.ts';
import { install, run, TARBALL } from './consumer-folder.ts';

const FRAMEWORKS = [
  'hono',
  '@hono/node-server',
  'express@5',
  '@types/express@5',
  'fastify@5',
  '@fastify/middie',
  'graphql@16',
  'graphql-yoga',
  '@apollo/server@5',
  '@pothos/core',
  '@pothos/plugin-scope-auth',
  'graphql-scalars',
];

const CONSUMER = 'library-docs.ts';

/** The blocks of a page that have a title, by it. */
function blocksOf(page: string): ReadonlyMap<string, string> {
  const blocks = page.matchAll(/^```ts title="([\w-]+\.ts)"\n([\s\S]*?)^```$/gm);
  return new Map([...blocks].map(([, title = '', code = '']) => [title, code]));
}

const page = readFileSync(join(ROOT, 'docs/library.md'), 'utf8');
const consumer = join(ROOT, 'package/consumers', CONSUMER);
const blocks = blocksOf(page);
const asked = readFileSync(consumer, 'utf8');
for (const title of blocks.keys()) {
  const isAsked = new RegExp(`'(\\./)?${title.replace(/ts$/, 'js')}'`).test(asked);
  ok(
    title === 'auth.ts' || isAsked,
    `package/consumers/${CONSUMER} does not ask ${title} of docs/library.md`,
  );
}

await inProject(async (folder) => {
  for (const [title, code] of blocks) writeFileSync(join(folder, title), code);
  cpSync(consumer, join(folder, CONSUMER));
  await install(folder, [TARBALL, ...FRAMEWORKS]);
  const files = [...blocks.keys(), CONSUMER];
  await compile(folder, files, { exactOptionalPropertyTypes: true, noEmit: true });
  await compile(folder, files);
  await run(process.execPath, [CONSUMER.replace(/ts$/, 'js')], { cwd: folder });
});
process.stdout.write(`The ${blocks.size} examples of docs/library.md compile and answer\n`);

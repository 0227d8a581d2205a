import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { listen } from '../../src/server/port.ts';
import { configIn, failed } from '../support/deployment.ts';
import { startProgram } from '../support/program.ts';
import { startTestServer } from '../support/test-server.ts';

const ROOT = new URL('../../', import.meta.url);
const read = (file: string) => readFileSync(new URL(file, ROOT), 'utf8');
const whole = read('Dockerfile');
/** The stage of the image on Bun, which stands before that on Node. */
const [onBun = ''] = /^# The same on Bun[\s\S]*?(?=^FROM \$\{NODE_IMAGE\}\n)/m.exec(whole) ?? [];
const dockerfile = whole.replace(onBun, '');
const ignored = read('.dockerignore');

describe('the image', () => {
  it('is small, holds no secret, and runs the server itself, without root', () => {
    expect(violationsOf(dockerfile, ignored)).toEqual([]);
  });

  it('is the same on Bun but for its base and its command', () => {
    const instructions = instructionsOf(dockerfile);
    const last = instructions.slice(instructions.findLastIndex((line) => line.startsWith('FROM ')));
    const [from, ...others] = instructionsOf(onBun);
    expect(from).toMatch(/^FROM \$\{BUN_IMAGE\} AS bun$/);
    expect(others.map((line) => line.replace('["bun"', '["node"'))).toEqual(last.slice(1));
  });

  it('checks /health', async () => {
    await using server = await startTestServer();
    const listening = await listen(server.listener, { host: '127.0.0.1', port: 0 });
    const { port } = new URL(listening.url);
    expect(await askHealth(port)).toBe(0);
    await listening.close(0);
    expect(await askHealth(port)).toBe(1);
  });
});

describe('the check of the image', () => {
  it.each([
    ['is not chosen in one place', '{NODE_IMAGE} AS build', '{BASE} AS build'],
    ['has no version', 'ARG NODE_IMAGE=node:24-slim', 'ARG NODE_IMAGE=node:slim'],
    ['leave the lock file out', 'npm ci --ignore', 'npm install --ignore'],
    ['leave the lock file out', 'COPY package-lock.json .npmrc', 'COPY .npmrc'],
    ['development needs', 'npm install --omit=dev', 'npm install'],
    ['another manifest', 'COPY --from=build /app/dist/package.json ./', 'COPY package.json ./'],
    ['root', 'USER 1000:1000', 'USER root'],
    ['root', 'USER 1000:1000', 'USER node'],
    ['does not get SIGTERM', 'ENTRYPOINT ["node", "dist/main.js"]', 'ENTRYPOINT node dist/main.js'],
    ['does not get SIGTERM', 'ENTRYPOINT ["node", "dist/main.js"]', 'ENTRYPOINT ["npm", "start"]'],
    ['another port', 'EXPOSE 4000', 'EXPOSE 3000'],
    ['a secret', 'ENV NODE_ENV=production', 'ENV NODE_ENV=production\nENV STACK_SECRET_SERVER_KEY=ssk_1'],
    ['a secret', 'WORKDIR /app\n', 'WORKDIR /app\nARG NPM_TOKEN\n'],
    ['more than was built', 'COPY --from=build /app/dist dist', 'COPY --from=build /app .'],
    ['does not exist: tsconfig.prod.json', 'tsconfig.build.json', 'tsconfig.prod.json'],
    ['is not let in: README.md', 'COPY src src', 'COPY src README.md ./'],
  ])('sees "%s"', (violation, from, to) => {
    const planted = dockerfile.replace(from, () => to);
    expect(planted).not.toBe(dockerfile);
    expect(violationsOf(planted, ignored)).toContainEqual(expect.stringContaining(violation));
  });

  it('finds an ignore file that lets too much in', () => {
    expect(violationsOf(dockerfile, ignored.replace(/^\*$/m, 'node_modules'))).toHaveLength(1);
    expect(violationsOf(dockerfile, `${ignored}!.env\n`)).toHaveLength(1);
  });
});

/** Runs the image's own question, and gives its exit code. */
async function askHealth(port: string): Promise<unknown> {
  const command = /^HEALTHCHECK [^[]*CMD (\[.*\])$/m.exec(instructionsOf(dockerfile).join('\n'));
  const [node, ...args] = JSON.parse(String(command?.[1])) as [string, ...string[]];
  expect(node).toBe('node');
  await using program = startProgram({ command: process.execPath, args, env: { PORT: port } });
  return (await program.ended()).code;
}

function instructionsOf(text: string): string[] {
  const lines = text.replace(/^#.*\n/gm, '').replace(/\\\n\s*/g, '');
  return lines.split('\n').filter((line) => line !== '');
}

function violationsOf(text: string, ignore: string): string[] {
  const instructions = instructionsOf(text);
  const all = (name: string) =>
    instructions.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1));
  const last = instructions.slice(instructions.findLastIndex((line) => line.startsWith('FROM ')));
  const lastCopies = last.filter((line) => line.startsWith('COPY '));
  const sources = all('COPY').flatMap((copy) =>
    copy.startsWith('--from=') ? [] : copy.split(' ').slice(0, -1),
  );
  const patterns = ignore.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const letIn = patterns.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
  const installs = all('RUN').filter((line) => line.startsWith('npm ') && !line.startsWith('npm run '));
  return failed([
    [
      all('FROM').every((from) => /^\$\{NODE_IMAGE\}( AS \w+)?$/.test(from)),
      'the base is not chosen in one place',
    ],
    [all('ARG').some((arg) => /^NODE_IMAGE=node:\d+-slim$/.test(arg)), 'the base has no version'],
    [all('FROM').length === 3, 'the stages are not three'],
    [
      installs.every((line) => /^npm (ci|install --omit=dev) /.test(line)) &&
        all('COPY').filter((copy) => copy.includes('package-lock.json ')).length === installs.length,
      'installs leave the lock file out',
    ],
    [
      all('COPY').filter((copy) => copy === '--from=build /app/dist/package.json ./').length === 1,
      'it is installed by another manifest',
    ],
    [installs.some((line) => line.includes('--omit=dev')), 'it holds what only development needs'],
    [!last.some((line) => line.startsWith('RUN ')), 'it holds more than was built'],
    [
      lastCopies.join('; ') ===
        'COPY --from=dependencies /app/node_modules node_modules; COPY --from=build /app/dist dist',
      'it holds more than was built',
    ],
    [last.some((line) => /^USER [1-9]\d*:[1-9]\d*$/.test(line)), 'it runs as root, or its user is no number'],
    [last.at(-1) === 'ENTRYPOINT ["node", "dist/main.js"]', 'the server does not get SIGTERM'],
    [all('EXPOSE').join() === String(configIn({}).port), 'it exposes another port'],
    [
      [...all('ARG'), ...all('ENV')].every((line) => !/KEY|TOKEN|SECRET|PASSWORD/.test(line)),
      'it holds a secret',
    ],
    ...sources.map((file) => [existsSync(new URL(file, ROOT)), `it does not exist: ${file}`] as const),
    ...sources.map((file) => [letIn.includes(file), `it is not let in: ${file}`] as const),
    [patterns[0] === '*', 'everything is let in'],
    [letIn.every((file) => sources.includes(file)), 'more is let in than is needed'],
  ]);
}

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildImage, filesIn, type Image } from '../../tools/ci/image/build-image.ts';
import { readIgnoreFile } from '../../tools/ci/image/ignore-file.ts';
import { makeTempFolder } from '../support/temp-folder.ts';

const root = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');

/** Builds in a folder that holds these files, and calls back with the image. Commands are collected, and run by `run`. */
function build(
  files: Readonly<Record<string, string>>,
  check: (image: Image, commands: readonly string[]) => void,
  run: (command: string, cwd: string) => void = () => {},
): void {
  using folder = makeTempFolder();
  const context = join(folder.path, 'context');
  for (const [path, content] of Object.entries({ '.dockerignore': '', ...files })) {
    mkdirSync(dirname(join(context, path)), { recursive: true });
    writeFileSync(join(context, path), content);
  }
  const commands: string[] = [];
  const image = buildImage({
    context,
    folder: join(folder.path, 'stages'),
    run(command, cwd) {
      commands.push(command);
      run(command, cwd);
    },
  });
  check(image, commands);
}

const listed = ({ root: folder }: Image) =>
  filesIn(folder)
    .map((file) => file.slice(folder.length + 1))
    .sort();

describe('an ignore file', () => {
  it.each([
    ['*', 'a', true],
    ['*', 'a/b', true],
    ['*\n!a', 'a/b/c', false],
    ['*\n!a\na/b', 'a/b/c', true],
    ['*\n!a\na/b', 'a/bc', false],
    ['!a\n*', 'a', true],
    ['*\n!a', 'ab', true],
    ['# a\n\na.b', 'a', false],
    ['a.b', 'axb', false],
    ['a/*.sql', 'a/b.sql', true],
    ['a/*.sql', 'a/b/c.sql', false],
    ['**/*.sql', 'c.sql', true],
    ['**/*.sql', 'a/b/c.sql', true],
    ['a/', 'a/b', true],
  ])('%j on %s: %s', (text, path, expected) => {
    expect(readIgnoreFile(text)(path)).toBe(expected);
  });

  it('is refused where it has patterns that are not supported', () => {
    expect(() => readIgnoreFile('a?')).toThrow('not supported: a?');
  });

  it('of this repository lets the app in, and not the emulator', () => {
    const isIgnored = readIgnoreFile(root('.dockerignore'));
    const isIn = (path: string) => !isIgnored(path);
    expect(['src/app/app.ts', 'src/app/notes.sql', 'package.json', 'tools/build/build.ts'].every(isIn)).toBe(
      true,
    );
    expect(['src/emulator/emulator.ts', '.env', '.git/config', 'test/a.ts', 'tools/ci/a.ts'].some(isIn)).toBe(
      false,
    );
  });
});

describe('an image', () => {
  it('has what its last stage copies, and what ENV and ENTRYPOINT say', () => {
    const Dockerfile = `ARG BASE=x
# A comment.
FROM \${BASE} AS build
WORKDIR /app
COPY a.txt folder/b.txt ./
COPY folder folder
RUN make \\
  it
FROM \${BASE}
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/made made
COPY --from=build /app/a.txt c.txt
USER 1:1
ENTRYPOINT ["node", "x.js"]
`;
    const files = { Dockerfile, 'a.txt': 'a', 'folder/b.txt': 'b', 'folder/deep/c.txt': 'c' };
    const make = (_command: string, cwd: string) => {
      expect(existsSync(join(cwd, 'b.txt'))).toBe(true);
      mkdirSync(join(cwd, 'made'));
      writeFileSync(join(cwd, 'made/d.txt'), readFileSync(join(cwd, 'folder/deep/c.txt')));
    };
    build(
      files,
      (image, commands) => {
        expect(commands).toEqual(['make it']);
        expect(listed(image)).toEqual(['app/c.txt', 'app/made/d.txt']);
        expect(image).toMatchObject({ env: { NODE_ENV: 'production' }, entrypoint: ['node', 'x.js'] });
        expect(image.workdir).toBe(join(image.root, 'app'));
      },
      make,
    );
  });

  it('lacks files that the ignore file keeps out', () => {
    const files = {
      Dockerfile: 'FROM x\nCOPY src src\n',
      'src/a.ts': '',
      'src/a.sql': '',
      '.dockerignore': '**/*.sql',
    };
    build(files, (image) => expect(listed(image)).toEqual(['src/a.ts']));
  });

  it.each([
    ['copies a file that is kept out', 'FROM x\nCOPY a.sql ./\n', '.dockerignore keeps out'],
    ['copies a file that does not exist', 'FROM x\nCOPY b.sql ./\n', 'There is no'],
    ['copies several files to one', 'FROM x\nCOPY a.ts a.sql b\n', 'The target is no folder'],
    ['has an instruction that is not known', 'FROM x\nADD a b\n', 'ADD in the stage 0'],
    ['has a line that is none', 'FROM x\nfoo\n', 'No instruction: foo'],
    [
      'copies with an option that is not known',
      'FROM x\nCOPY --chown=1:1 a.ts ./\n',
      'COPY --chown=1:1 a.ts ./',
    ],
    ['has no stage', '# Nothing\n', 'has no stage'],
  ])('is not built where the Dockerfile %s', (_what, Dockerfile, message) => {
    const files = { Dockerfile, 'a.ts': '', 'a.sql': '', '.dockerignore': '*.sql' };
    expect(() => build(files, () => {})).toThrow(message);
  });
});

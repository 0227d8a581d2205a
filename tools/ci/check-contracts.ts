// Fails where a commit, or what is not committed yet, breaks clients of schema.graphql or changes docs/api without an entry in
// the changelog. The commits are those of the branch; on the main branch it is the last one.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import {
  addedEntries,
  type Declarations,
  untoldDeclarations,
  untoldSchemaChanges,
} from './contract-changes.ts';

const API = 'docs/api';
const ENDING = '.d.ts';

/** A state of the repository. */
interface State {
  readonly changelog: string;
  readonly schema: string;
  readonly declarations: Declarations;
}

function git(...args: readonly string[]): string {
  return execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
}

function tryGit(...args: readonly string[]): string | undefined {
  try {
    return git(...args);
  } catch {
    return undefined;
  }
}

/** `docs/api/fetch.d.ts` has the declarations of `./fetch`, and `docs/api/index.d.ts` those of `.`. */
function entryOf(file: string): string {
  const name = file.slice(0, -ENDING.length);
  return name === 'index' ? '.' : `./${name}`;
}

function stateOf(files: readonly string[], read: (path: string) => string): State {
  const declarations = files.filter((file) => file.endsWith(ENDING));
  return {
    changelog: read('CHANGELOG.md'),
    schema: read('schema.graphql'),
    declarations: Object.fromEntries(declarations.map((file) => [entryOf(file), read(`${API}/${file}`)])),
  };
}

function committed(commit: string): State {
  const paths = git('ls-tree', '--name-only', commit, `${API}/`).split('\n').filter(Boolean);
  return stateOf(
    paths.map((path) => path.slice(API.length + 1)),
    (path) => git('show', `${commit}:${path}`),
  );
}

function present(): State {
  return stateOf(existsSync(API) ? readdirSync(API) : [], (path) => readFileSync(path, 'utf8').trim());
}

function mistakesBetween(before: State, after: State): readonly string[] {
  const added = addedEntries({ before: before.changelog, after: after.changelog });
  const schema = { before: before.schema, after: after.schema };
  return [
    ...untoldSchemaChanges(schema, added).map((change) => `schema.graphql: ${change}`),
    ...untoldDeclarations({ before: before.declarations, after: after.declarations }, added).map(
      (entry) => `docs/api: the declarations of \`${entry}\` have changed`,
    ),
  ];
}

/** Where the branch left the main branch; on that branch the commit before the last one. */
function baseOf(head: string): string | undefined {
  const fork = tryGit('merge-base', 'HEAD', 'origin/main') ?? tryGit('merge-base', 'HEAD', 'main');
  return fork !== undefined && fork !== head ? fork : tryGit('rev-parse', '--verify', 'HEAD^');
}

const head = git('rev-parse', 'HEAD');
const base = baseOf(head);
if (base === undefined) {
  process.stderr.write('There is no earlier commit to compare with: clone the repository with its history\n');
  process.exitCode = 1;
} else {
  const last = committed(head);
  const mistakes = [...mistakesBetween(committed(base), last), ...mistakesBetween(last, present())];
  if (mistakes.length > 0) {
    const remedy =
      'Tell it in Unreleased of CHANGELOG.md: an entry with the word "Breaking" and the coordinate in backticks such as `User.email`, or with the entry such as `./fetch`';
    process.stderr.write(`${mistakes.join('\n')}\n${remedy}\n`);
    process.exitCode = 1;
  } else {
    process.stdout.write(`Nothing that others rely on has changed untold since ${base.slice(0, 12)}\n`);
  }
}

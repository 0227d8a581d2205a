// Carries out a Dockerfile's COPY and RUN steps without a container engine: each stage is a folder.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative } from 'node:path';
import { readDockerfile, type Stage } from './dockerfile.ts';
import { readIgnoreFile } from './ignore-file.ts';

/** What is built from where. */
export interface ImageOptions {
  /** The folder that Docker would be given, with the Dockerfile. */
  readonly context: string;
  /** An empty folder, which gets a folder for each stage. */
  readonly folder: string;
  /** Runs a command of a stage. By default a shell does. */
  readonly run?: (command: string, cwd: string) => void;
}

/** The last stage. */
export interface Image {
  /** The folder that stands for its root. */
  readonly root: string;
  /** The folder in which the program is started. */
  readonly workdir: string;
  /** What ENV sets. */
  readonly env: Readonly<Record<string, string>>;
  /** The words of ENTRYPOINT. */
  readonly entrypoint: readonly string[];
}

/** What does not change files. */
const WITHOUT_FILES = ['ARG', 'USER', 'EXPOSE', 'HEALTHCHECK'];

/** Builds all stages. Throws for an instruction that it does not know, a source that is missing or ignored, and a command that fails. */
export function buildImage({ context, folder, run = runInShell }: ImageOptions): Image {
  const isIgnored = readIgnoreFile(readFileSync(join(context, '.dockerignore'), 'utf8'));
  const rootOf = (stage: string) => join(folder, stage);
  let image: Image | undefined;
  for (const stage of readDockerfile(readFileSync(join(context, 'Dockerfile'), 'utf8'))) {
    const copy = (source: string, target: string, from: string | undefined) => {
      const path = join(from === undefined ? context : rootOf(from), source);
      const keeps = (file: string) => from !== undefined || keepsFile(relative(context, file), isIgnored);
      copyInto(path, target, keeps);
    };
    image = buildStage(stage, { root: rootOf(stage.name), copy, run });
  }
  if (image === undefined) throw new Error('The Dockerfile has no stage');
  return image;
}

interface StageOptions {
  readonly root: string;
  readonly copy: (source: string, target: string, from: string | undefined) => void;
  readonly run: (command: string, cwd: string) => void;
}

function buildStage({ name, instructions }: Stage, { root, copy, run }: StageOptions): Image {
  let workdir = root;
  let entrypoint: readonly string[] = [];
  const env: Record<string, string> = {};
  for (const { name: instruction, text } of instructions) {
    if (instruction === 'WORKDIR') {
      workdir = isAbsolute(text) ? join(root, text) : join(workdir, text);
      mkdirSync(workdir, { recursive: true });
    } else if (instruction === 'COPY') {
      const { sources, target, from } = readCopy(text);
      if (sources.length > 1 && !target.endsWith('/'))
        throw new Error(`The target is no folder: COPY ${text}`);
      for (const source of sources)
        copy(source, isAbsolute(target) ? join(root, target) : `${workdir}/${target}`, from);
    } else if (instruction === 'RUN') run(text, workdir);
    else if (instruction === 'ENV') {
      const [, key = '', value = ''] = /^(\w+)=(\S+)$/.exec(text) ?? [];
      env[key] = value;
    } else if (instruction === 'ENTRYPOINT') entrypoint = JSON.parse(text);
    else if (!WITHOUT_FILES.includes(instruction)) throw new Error(`${instruction} in the stage ${name}`);
  }
  return { root, workdir, env, entrypoint };
}

function readCopy(text: string): { sources: readonly string[]; target: string; from: string | undefined } {
  const [, from, paths = ''] = /^(?:--from=(\S+) )?([^-].*)$/.exec(text) ?? [];
  const words = paths.split(' ');
  const target = words.at(-1);
  if (words.length < 2 || target === undefined) throw new Error(`COPY ${text}`);
  return { sources: words.slice(0, -1), target, from };
}

/** Copies a file, or what is in a folder. Without a file of the source that is kept it throws, as Docker does. */
function copyInto(source: string, target: string, keeps: (path: string) => boolean): void {
  if (!existsSync(source)) throw new Error(`There is no ${source}`);
  const isFolder = statSync(source).isDirectory();
  const files = isFolder ? filesIn(source).filter(keeps) : [source].filter(keeps);
  if (files.length === 0 && !(isFolder && readdirSync(source).length === 0))
    throw new Error(`.dockerignore keeps out ${source}`);
  if (isFolder) mkdirSync(target, { recursive: true });
  for (const file of files) {
    const within = isFolder ? relative(source, file) : target.endsWith('/') ? basename(file) : '';
    const path = join(target, within);
    mkdirSync(dirname(path), { recursive: true });
    cpSync(file, path, { verbatimSymlinks: true });
  }
}

/** All files and links below a folder. */
export function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesIn(path) : [path];
  });
}

function keepsFile(path: string, isIgnored: (path: string) => boolean): boolean {
  return !isIgnored(path);
}

function runInShell(command: string, cwd: string): void {
  execFileSync('sh', ['-c', command], { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
}

// The environment variables, as the server reads them.
import { type Config, type Environment, parseEnvironment, spellingsOf } from '../../core/config/config.ts';
import { VARIABLES } from '../../core/config/variables.ts';
import type { Finding } from './finding.ts';

/** The findings, and the configuration where no variable is wrong. */
export interface CheckedEnvironment {
  readonly config: Config | undefined;
  readonly findings: readonly Finding[];
}

/** A file of variables, and what is wrong with it. */
export interface EnvFileSource {
  readonly path: string;
  readonly mistakes: readonly string[];
}

/** Names the file that was read, and each of its mistakes. */
export function checkEnvFile(file: EnvFileSource | undefined): readonly Finding[] {
  if (!file) return [];
  const { path, mistakes } = file;
  if (mistakes.length > 0)
    return mistakes.map((mistake) => ({
      ...wrong(`${path} ${mistake}`),
      code: 'ENV_FILE_WRONG',
      details: { path },
    }));
  return [
    {
      check: 'environment',
      status: 'ok',
      code: 'ENV_FILE_READ',
      message: `Read ${path}.`,
      details: { path },
    },
  ];
}

const PROVIDER_PREFIX = /^(STACK|HEXCLAVE)_/;

/** Reads the environment and reports every mistake. No finding contains a value that is a secret. */
export function checkEnvironment(env: Environment): CheckedEnvironment {
  const read = parseEnvironment(env);
  const unknown = unknownIn(env);
  if ('mistakes' in read) return { config: undefined, findings: [...read.mistakes.map(wrong), ...unknown] };
  const names = known().filter((name) => env[name]?.trim());
  return {
    config: read.config,
    findings: [
      {
        check: 'environment',
        status: 'ok',
        code: 'ENVIRONMENT_GOOD',
        message: `Every variable is valid. Set: ${names.join(', ')}.`,
        details: { set: names, apiUrl: read.config.apiUrl, projectId: read.config.projectId },
      },
      ...unknown,
    ],
  };
}

function wrong(mistake: string): Finding {
  // config.ts writes what is wrong, and after a colon how to fix it.
  const [problem = mistake, fix] = mistake.split(/: (.*)/s);
  return {
    check: 'environment',
    status: 'failed',
    code: 'VARIABLE_WRONG',
    message: `${problem}.`,
    remedy: fix === undefined ? 'docs/configuration.md lists the allowed values.' : `${upperFirst(fix)}.`,
    details: { variable: mistake.split(' ')[0] },
  };
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function known(): string[] {
  return VARIABLES.flatMap(({ name }) => spellingsOf(name));
}

/** A name with the provider's prefix that the server does not read is probably misspelled. */
function unknownIn(env: Environment): Finding[] {
  const names = new Set(known());
  return Object.keys(env)
    .filter((name) => PROVIDER_PREFIX.test(name) && !names.has(name))
    .map((name) => ({
      check: 'environment',
      status: 'warning',
      code: 'VARIABLE_UNKNOWN',
      message: `${name} is set, but the server reads no variable of that name.`,
      remedy: 'Check its spelling in docs/configuration.md, or ignore this if another program reads it.',
      details: { variable: name },
    }));
}

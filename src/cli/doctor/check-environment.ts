// The environment, as the server reads it.
import { type Config, type Environment, parseEnvironment, spellingsOf } from '../../core/config/config.ts';
import { VARIABLES } from '../../core/config/variables.ts';
import type { Finding } from './finding.ts';

/** The findings, and the configuration if there is no mistake. */
export interface CheckedEnvironment {
  readonly config: Config | undefined;
  readonly findings: readonly Finding[];
}

const PROVIDER_PREFIX = /^(STACK|HEXCLAVE)_/;

/** Reads the environment and reports every mistake. A finding never quotes a value. */
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
        message: `The environment can be read; set in it: ${names.join(', ')}.`,
        details: { set: names, apiUrl: read.config.apiUrl, projectId: read.config.projectId },
      },
      ...unknown,
    ],
  };
}

function wrong(mistake: string): Finding {
  // The format of core/config: what is wrong, and the remedy after a colon.
  const [problem = mistake, remedy] = mistake.split(/: (.*)/s);
  return {
    check: 'environment',
    status: 'failed',
    code: 'VARIABLE_WRONG',
    message: `${problem}.`,
    remedy:
      remedy === undefined ? 'The values that are allowed: docs/configuration.md.' : `${upperFirst(remedy)}.`,
    details: { variable: mistake.split(' ')[0] },
  };
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function known(): string[] {
  return VARIABLES.flatMap(({ name }) => spellingsOf(name));
}

/** A name with the provider's prefix that the server does not read is probably misspelled, and its value is ignored. */
function unknownIn(env: Environment): Finding[] {
  const names = new Set(known());
  return Object.keys(env)
    .filter((name) => PROVIDER_PREFIX.test(name) && !names.has(name))
    .map((name) => ({
      check: 'environment',
      status: 'warning',
      code: 'VARIABLE_UNKNOWN',
      message: `${name} is set, and the server reads no variable of that name.`,
      remedy: 'Correct the spelling by docs/configuration.md, or leave it if something else reads it.',
      details: { variable: name },
    }));
}

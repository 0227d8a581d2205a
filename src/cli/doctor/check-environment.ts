// The environment, as the server reads it.
import { type Config, type Environment, parseEnvironment, spellingsOf } from '../../core/config/config.ts';
import { variables } from '../../core/config/variables.ts';
import type { Finding } from './finding.ts';

/** The findings, and the configuration where there is not one mistake. */
export interface CheckedEnvironment {
  readonly config: Config | undefined;
  readonly findings: readonly Finding[];
}

const OF_THE_PROVIDER = /^(STACK|HEXCLAVE)_/;

/** Reads the environment and names every mistake. Values are never told. */
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
  // As config.ts writes them: what is wrong, and after a colon how to mend it.
  const [problem = mistake, mend] = mistake.split(/: (.*)/s);
  return {
    check: 'environment',
    status: 'failed',
    code: 'VARIABLE_WRONG',
    message: `${problem}.`,
    remedy: mend === undefined ? 'What is allowed and why: docs/configuration.md.' : `${upperFirst(mend)}.`,
    details: { variable: mistake.split(' ')[0] },
  };
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function known(): string[] {
  return Object.keys(variables.shape).flatMap(spellingsOf);
}

/** A name that only looks like one of ours is a typing mistake, and its value is silently not used. */
function unknownIn(env: Environment): Finding[] {
  const names = new Set(known());
  return Object.keys(env)
    .filter((name) => OF_THE_PROVIDER.test(name) && !names.has(name))
    .map((name) => ({
      check: 'environment',
      status: 'warning',
      code: 'VARIABLE_UNKNOWN',
      message: `${name} is set, and the server reads no variable of that name.`,
      remedy: 'Correct the spelling by docs/configuration.md, or leave it if something else reads it.',
      details: { variable: name },
    }));
}

import { type Config, readConfig, spellingsOf } from '../../src/core/config/config.ts';
import { VARIABLES } from '../../src/core/config/variables.ts';

/** Values for the variables that a deployment leaves to its operator. */
const REQUIRED = {
  STACK_PROJECT_ID: '6fbbf22e-f4b2-4c6e-95a1-beab6fa41063',
  STACK_SECRET_SERVER_KEY: 'ssk_test',
};

/** The settings of a deployment that must match the server. */
export interface Deployed {
  /** Variables that it sets itself. */
  readonly env: Readonly<Record<string, string>>;
  /** Seconds between SIGTERM and SIGKILL. */
  readonly stopTimeout: number | undefined;
}

/** Milliseconds on top of SHUTDOWN_DELAY and SHUTDOWN_GRACE for ending calls and sending traces. */
const SHUTDOWN_MARGIN = 5_000;

/** The server's configuration in a deployment. Throws as `readConfig` does. */
export function configIn(env: Deployed['env']): Config {
  return readConfig({ ...env, ...REQUIRED });
}

/** The errors of a deployment: variables that the server does not know or refuses, a heap
 * that does not fit the memory limit, and too little time to shut down. */
export function deploymentViolationsOf({ env, stopTimeout = 0 }: Deployed): string[] {
  const known = new Set(['NODE_ENV', 'NODE_OPTIONS', ...VARIABLES.flatMap(({ name }) => spellingsOf(name))]);
  const unknown = Object.keys(env).filter((name) => !known.has(name));
  if (unknown.length > 0) return unknown.map((name) => `${name} is no variable of the server`);
  if (!env['NODE_OPTIONS']?.includes('--max-old-space-size=192'))
    return ['its heap is not half of its memory limit'];
  try {
    const { shutdownDelay, shutdownGrace } = configIn(env);
    const needed = shutdownDelay + shutdownGrace + SHUTDOWN_MARGIN;
    return stopTimeout * 1000 < needed
      ? [`it is killed after ${stopTimeout} s, and ends in ${needed} ms`]
      : [];
  } catch (error) {
    return [String(error)];
  }
}

/** The messages of the checks that failed. */
export function failed(checks: readonly (readonly [held: boolean, message: string])[]): string[] {
  return checks.filter(([held]) => !held).map(([, message]) => message);
}

// All checks, in their order. A check that depends on one that failed is reported as skipped.
import type { Config, Environment } from '../../core/config/config.ts';
import { createUpstream } from '../../core/http-client.ts';
import type { Upstream } from '../../core/upstream.ts';
import { checkClock } from './check-clock.ts';
import { checkCors } from './check-cors.ts';
import { checkEnvFile, checkEnvironment, type EnvFileSource } from './check-environment.ts';
import { checkKeys } from './check-keys.ts';
import { checkMutations } from './check-mutations.ts';
import { checkProfile } from './check-profile.ts';
import { checkClientAccess, checkServerAccess } from './check-project.ts';
import { checkRedirects } from './check-redirects.ts';
import { checkRedis } from './check-redis.ts';
import { checkToken } from './check-token.ts';
import { checkTraces } from './check-traces.ts';
import { checkWebhooks } from './check-webhooks.ts';
import { type Finding, skipped } from './finding.ts';
import { readPasted } from './read-pasted.ts';
import type { Project } from './read-project.ts';
import { isOutOfReach } from './trouble.ts';

/** What to examine. `readToken` returns the standard input; it is called after the other checks. */
export interface Examination {
  readonly env: Environment;
  readonly envFile?: EnvFileSource | undefined;
  readonly origin: string | undefined;
  readonly readToken: () => Promise<string>;
}

const HOW_TO_GIVE_A_TOKEN = 'Pass one on standard input';

/** Runs all checks. Makes at most four calls to the provider, and changes nothing there. */
export async function examine({ env, envFile, origin, readToken }: Examination): Promise<readonly Finding[]> {
  const ofFile = checkEnvFile(envFile);
  if (envFile && envFile.mistakes.length > 0)
    return [...ofFile, skipped('environment', 'The other checks need the settings of that file.')];
  const { config, findings: ofVariables } = checkEnvironment(env);
  const findings = [...ofFile, ...ofVariables];
  if (!config) return [...findings, skipped('keys', 'The other checks need a valid environment.')];
  const clock: Clock = { offBy: 0, known: false };
  const upstream = startUpstream(config, config.upstreamTimeout, clock);
  // The server itself waits no longer for the keys.
  const keyUpstream = startUpstream(config, Math.min(config.upstreamTimeout, 5_000), clock);
  try {
    const { keys, finding } = await checkKeys({ upstream: keyUpstream, config });
    const { project, findings: ofProject } = isOutOfReach(finding)
      ? { findings: [skipped('secret-key', 'The provider could not be reached.')] }
      : await checkProject({ upstream, config });
    return [
      ...findings,
      finding,
      ...ofProject,
      ...(project ? [checkMutations(project)] : []),
      clock.known
        ? checkClock(clock.offBy)
        : skipped('clock', "The time of the provider's clock is unknown."),
      origin === undefined
        ? skipped(
            'cors',
            'No origin was given.',
            'Pass the origin of your page: --origin https://app.example.com',
          )
        : checkCors(origin, config),
      ...(project ? [checkRedirects(project, { ...config, origin })] : []),
      checkWebhooks(config),
      await checkRedis(config),
      ...(await checkTraces(config)),
      ...(await checkGivenToken({ upstream, config, keys, input: await readToken() })),
    ];
  } finally {
    await Promise.all([upstream.close(), keyUpstream.close()]);
  }
}

/** The provider's clock, by the `Date` of its responses. `offBy` is in seconds. */
interface Clock {
  offBy: number;
  known: boolean;
}

function startUpstream({ apiUrl: url, proxy }: Config, timeout: number, clock: Clock): Upstream {
  const upstream = createUpstream({
    url,
    proxy,
    connections: 2,
    timeout,
    emit: (event) => {
      if (event.kind === 'clock') clock.offBy = event.offBy;
    },
  });
  return {
    ...upstream,
    async get(request) {
      const answer = await upstream.get(request);
      clock.known ||= answer.headers['date'] !== undefined;
      return answer;
    },
  };
}

interface Provider {
  readonly upstream: Upstream;
  readonly config: Config;
}

interface ExaminedProject {
  readonly findings: readonly Finding[];
  /** As clients see it. */
  readonly project?: Project | undefined;
}

async function checkProject(provider: Provider): Promise<ExaminedProject> {
  const [server, client] = await Promise.all([checkServerAccess(provider), checkClientAccess(provider)]);
  return { findings: [server.finding, client.finding], project: client.project };
}

async function checkGivenToken({
  upstream,
  config,
  keys,
  input,
}: Provider & {
  readonly keys: Parameters<typeof checkToken>[0]['keys'];
  readonly input: string;
}): Promise<readonly Finding[]> {
  const pasted = readPasted(input);
  if (!pasted) return [skipped('token', 'No token was given.', HOW_TO_GIVE_A_TOKEN)];
  const { findings, credentials } = await checkToken({ pasted, config, keys });
  if (!credentials) return findings;
  return [...findings, await checkProfile(credentials, { upstream, config })];
}

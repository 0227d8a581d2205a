// Which mutations the project permits. The provider starts new projects with all of these features off.
import type { MutationName } from '../../core/mutation-names.ts';
import { type Finding, skipped } from './finding.ts';
import type { Project } from './read-project.ts';

interface Feature {
  /** The provider's name of the setting. */
  readonly setting: string;
  /** What needs it, as far as it does. */
  readonly mutations: readonly `${MutationName}${'' | ' of a user' | ' of a team'}`[];
}

const FEATURES: readonly Feature[] = [
  { setting: 'client_team_creation_enabled', mutations: ['createTeam'] },
  { setting: 'client_user_deletion_enabled', mutations: ['deleteMe'] },
  { setting: 'allow_user_api_keys', mutations: ['createApiKey of a user', 'revokeApiKey of a user'] },
  { setting: 'allow_team_api_keys', mutations: ['createApiKey of a team', 'revokeApiKey of a team'] },
];

/** Lists the mutations that the project has switched off. That is the project's choice, so it is no failure. */
export function checkMutations({ config }: Pick<Project, 'config'>): Finding {
  const check = 'mutations';
  const unknown = FEATURES.filter(({ setting }) => typeof config[setting] !== 'boolean');
  if (unknown.length === FEATURES.length)
    return skipped(check, 'The provider does not say which features the project has.');
  const off = FEATURES.filter(({ setting }) => config[setting] === false);
  const details = { off: off.flatMap(({ mutations }) => mutations), unknown: settingsOf(unknown) };
  const undecided = unknown.length === 0 ? '' : ` It does not say ${settingsOf(unknown).join(', ')}.`;
  if (off.length === 0) {
    return {
      check,
      status: 'ok',
      code: 'MUTATIONS_PERMITTED',
      message: `The project permits every mutation.${undecided}`,
      details,
    };
  }
  return {
    check,
    status: 'ok',
    code: 'MUTATIONS_LIMITED',
    message: `The project permits every mutation but ${details.off.join(', ')}: these get FEATURE_DISABLED.${undecided}`,
    remedy: `If users should have them, switch on in the dashboard: ${settingsOf(off).join(', ')}.`,
    details,
  };
}

function settingsOf(features: readonly Feature[]): string[] {
  return features.map(({ setting }) => setting);
}

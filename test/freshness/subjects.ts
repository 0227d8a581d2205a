// What is asked about in a model run, one field at a time, and what the provider says to it at present.
import type { Emulator } from '../../src/emulator/emulator.ts';
import type { GraphQLBody } from '../support/test-server.ts';

/** What a question is about. Each is judged by itself. */
export const ASPECTS = [
  'name',
  'image',
  'selected',
  'teams',
  'right',
  'teamRight',
  'member',
  'guardedRight',
  'guardedTeamRight',
  'publicName',
] as const;

export type Aspect = (typeof ASPECTS)[number];

/** An aspect of a user, and for some of them of the user in a team. */
export interface Subject {
  readonly aspect: Aspect;
  readonly userId: string;
  readonly teamId: string;
}

/** The permissions of the model. */
export const PROJECT_RIGHT = 'fresh_project';
export const TEAM_RIGHT = 'fresh_team';

/** What is said where the user does not exist. */
const GONE = 'gone';

const OF_TEAMS: readonly Aspect[] = ['teamRight', 'member', 'guardedTeamRight'];

/** Aspects whose answer is a refusal where a right is missing. */
const GUARDED: readonly Aspect[] = ['member', 'guardedRight', 'guardedTeamRight'];

/** Whether the answer is a refusal of a scope, which may not be older than five seconds. */
export function isRefusal({ aspect }: Subject, value: string): boolean {
  return GUARDED.includes(aspect) && value === 'no';
}

/** A text that is equal for subjects with the same history. */
export function keyOf({ aspect, userId, teamId }: Subject): string {
  return OF_TEAMS.includes(aspect) ? `${aspect} ${userId} ${teamId}` : `${aspect} ${userId}`;
}

/** Whether an answer shows something of the team. */
export function showsTeam({ aspect, teamId }: Subject, value: string, shown: string): boolean {
  if (aspect === 'teams' || aspect === 'selected') return value.includes(shown);
  return OF_TEAMS.includes(aspect) && teamId === shown && value === 'yes';
}

/** The document that asks for the subject; a public name is asked for by any user. */
export function questionOf({ aspect, userId, teamId }: Subject): string {
  switch (aspect) {
    case 'name':
      return '{ me { displayName } }';
    case 'image':
      return '{ me { profileImageUrl } }';
    case 'selected':
      return '{ me { selectedTeam { id displayName } } }';
    case 'teams':
      return '{ me { teams { id displayName } } }';
    case 'right':
      return `{ me { hasPermission(id: "${PROJECT_RIGHT}") } }`;
    case 'teamRight':
      return `{ me { teams { id hasPermission(id: "${TEAM_RIGHT}") } } }`;
    case 'member':
      return `{ member(teamId: "${teamId}") }`;
    case 'guardedRight':
      return '{ projectRight }';
    case 'guardedTeamRight':
      return `{ teamRight(teamId: "${teamId}") }`;
    case 'publicName':
      return `{ publicName(id: "${userId}") }`;
  }
}

/** An answer as a text, or the code of its error. */
export function readAnswer({ aspect, teamId }: Subject, { data, errors }: GraphQLBody): string {
  const error = errors?.[0]?.extensions;
  if (error?.['reason'] === 'USER_GONE') return GONE;
  if (error?.['code'] === 'FORBIDDEN' && GUARDED.includes(aspect)) return 'no';
  if (error) return `error ${error['code']}/${error['reason']}`;
  const me = data?.me;
  switch (aspect) {
    case 'name':
      return String(me.displayName);
    case 'image':
      return String(me.profileImageUrl);
    case 'selected':
      return me.selectedTeam ? `${me.selectedTeam.id}=${me.selectedTeam.displayName}` : 'none';
    case 'teams':
      return listOf(me.teams);
    case 'right':
      return me.hasPermission ? 'yes' : 'no';
    case 'teamRight':
      return me.teams.some((team: TeamWithRight) => team.id === teamId && team.hasPermission) ? 'yes' : 'no';
    case 'publicName':
      return String(data?.publicName ?? GONE);
    default:
      return 'yes';
  }
}

interface TeamWithRight {
  readonly id: string;
  readonly hasPermission: boolean;
}

/** Permissions as the model gave them, by {@link rightKey}. */
export type Rights = ReadonlySet<string>;

export function rightKey(userId: string, teamId?: string): string {
  return teamId === undefined ? userId : `${userId} in ${teamId}`;
}

/** What the provider would answer now. */
export function readProvider(
  { control }: Emulator,
  { aspect, userId, teamId }: Subject,
  { rights, teams }: { readonly rights: Rights; readonly teams: readonly string[] },
): string {
  const user = control.findUser(userId);
  if (!user) return GONE;
  const isMember = (id: string) => control.findTeam(id) !== undefined && control.members(id).includes(userId);
  const yes = (what: boolean) => (what ? 'yes' : 'no');
  switch (aspect) {
    case 'name':
    case 'publicName':
      return String(user.displayName);
    case 'image':
      return String(user.profileImageUrl);
    case 'selected':
      return user.selectedTeam ? `${user.selectedTeam.id}=${user.selectedTeam.displayName}` : 'none';
    case 'teams':
      return listOf(teams.filter(isMember).map((id) => ({ ...control.findTeam(id) })));
    case 'right':
    case 'guardedRight':
      return yes(rights.has(rightKey(userId)));
    case 'member':
      return yes(isMember(teamId));
    case 'teamRight':
    case 'guardedTeamRight':
      return yes(isMember(teamId) && rights.has(rightKey(userId, teamId)));
  }
}

function listOf(teams: readonly { readonly id?: string; readonly displayName?: string }[]): string {
  return teams
    .map(({ id, displayName }) => `${id}=${displayName}`)
    .sort()
    .join(', ');
}

// The users and teams of one run at the provider, and their changes.
import type { Emulator } from '../../src/emulator/emulator.ts';
import type { Moment, ProviderRecord } from './rules.ts';
import type { Change, MUTATIONS } from './steps.ts';
import {
  ASPECTS,
  PROJECT_RIGHT,
  readProvider,
  rightKey,
  type Subject,
  showsTeam,
  TEAM_RIGHT,
} from './subjects.ts';
import type { Trace } from './trace.ts';

/** A user of a run, with tokens from the oldest on. */
export interface RunUser {
  readonly id: string;
  readonly name: string;
  readonly tokens: { readonly token: string; readonly made: Moment }[];
}

/** The field of a mutation, and which older answers it makes wrong. */
export interface Mutation {
  readonly field: string;
  concerns(subject: Subject, value: string): boolean;
}

/** What is done where a change has been made already. */
const OPPOSITES: Readonly<Partial<Record<Change, Change>>> = {
  join: 'leave',
  leave: 'join',
  grantRight: 'revokeRight',
  revokeRight: 'grantRight',
  grantTeamRight: 'revokeTeamRight',
  revokeTeamRight: 'grantTeamRight',
};

/** Two users, and a team of each; the second user is in both. */
export class World {
  readonly #emulator: Emulator;
  readonly #users: readonly RunUser[];
  readonly #teams: readonly string[];
  readonly #rights = new Set<string>();
  #changes = 0;

  constructor(emulator: Emulator, trace: Trace) {
    const { control } = emulator;
    this.#emulator = emulator;
    this.#users = ['Ada', 'Bob'].map((name) => ({
      id: control.createUser({ displayName: name }).id,
      name,
      tokens: [],
    }));
    this.#teams = this.#users.map(
      ({ id: creatorId }, index) => control.createTeam({ displayName: `Team ${index}`, creatorId }).id,
    );
    control.addMember({ teamId: this.team(0), userId: this.user(1).id });
    for (const { id, name } of this.#users) trace.name(id, name);
    for (const [index, id] of this.#teams.entries()) trace.name(id, `T${index}`);
  }

  get users(): readonly RunUser[] {
    return this.#users;
  }

  user(index: number): RunUser {
    const user = this.#users[index % this.#users.length];
    if (!user) throw new Error('There are no users');
    return user;
  }

  team(index: number): string {
    return this.#teams[index % this.#teams.length] ?? '';
  }

  /** Takes note of what the provider says now. */
  note(record: ProviderRecord, moment: Moment): void {
    const known = { rights: this.#rights, teams: this.#teams };
    for (const { id: userId } of this.#users)
      for (const teamId of this.#teams)
        for (const aspect of ASPECTS) {
          const subject = { aspect, userId, teamId };
          record.note(subject, readProvider(this.#emulator, subject, known), moment);
        }
  }

  /** Makes a change at the provider. False where it cannot be made. */
  change(wanted: Change, user: RunUser, teamId: string): boolean {
    const opposite = OPPOSITES[wanted] ?? wanted;
    const what = this.#isPossible(wanted, user.id, teamId) ? wanted : opposite;
    if (!this.#isPossible(what, user.id, teamId)) return false;
    this.#changes += 1;
    if (what === 'renameTeam' || what === 'deleteTeam' || what === 'join' || what === 'leave')
      this.#changeTeam(what, user.id, teamId);
    else if (what === 'rename' || what === 'image' || what === 'select' || what === 'deleteUser')
      this.#changeUser(what, user, teamId);
    else this.#changeRight(what, user.id, teamId);
    return true;
  }

  mutation(what: (typeof MUTATIONS)[number], { id: userId, name }: RunUser, teamId: string): Mutation {
    this.#changes += 1;
    const number = this.#changes;
    const isOwn = (subject: Subject) => subject.userId === userId;
    switch (what) {
      case 'rename':
        return {
          field: `updateMe(input: { displayName: "${name} v${number}" })`,
          concerns: (subject) => isOwn(subject) && ['name', 'publicName'].includes(subject.aspect),
        };
      case 'select':
        return {
          field: `updateMe(input: { selectedTeamId: "${teamId}" })`,
          concerns: (subject) => isOwn(subject) && subject.aspect === 'selected',
        };
      case 'renameTeam':
        return {
          field: `updateTeam(input: { id: "${teamId}", displayName: "Team v${number}" })`,
          concerns: (subject, value) => showsTeam(subject, value, teamId),
        };
      case 'leave':
        return {
          field: `leaveTeam(input: { id: "${teamId}" })`,
          concerns: (subject, value) => isOwn(subject) && showsTeam(subject, value, teamId),
        };
    }
  }

  /** A member who has left has no right in the team; nothing else tells of that. */
  dropRightsOfFormerMembers(): void {
    for (const { id } of this.#users)
      for (const teamId of this.#teams)
        if (!this.#isMember(id, teamId)) this.#rights.delete(rightKey(id, teamId));
  }

  #isMember(userId: string, teamId: string): boolean {
    const { control } = this.#emulator;
    return control.findTeam(teamId) !== undefined && control.members(teamId).includes(userId);
  }

  #isPossible(what: Change, userId: string, teamId: string): boolean {
    const { control } = this.#emulator;
    if (!control.findUser(userId)) return false;
    const hasTeam = control.findTeam(teamId) !== undefined;
    const isMember = this.#isMember(userId, teamId);
    if (what === 'renameTeam' || what === 'deleteTeam') return hasTeam;
    if (what === 'join') return hasTeam && !isMember;
    if (what === 'grantRight' || what === 'revokeRight')
      return this.#rights.has(rightKey(userId)) === (what === 'revokeRight');
    if (what === 'grantTeamRight' || what === 'revokeTeamRight')
      return isMember && this.#rights.has(rightKey(userId, teamId)) === (what === 'revokeTeamRight');
    return what === 'select' || what === 'leave' ? isMember : true;
  }

  #changeUser(
    what: 'rename' | 'image' | 'select' | 'deleteUser',
    { id, name }: RunUser,
    teamId: string,
  ): void {
    const { control } = this.#emulator;
    const team = control.findTeam(teamId);
    if (what === 'rename') control.updateUser(id, { displayName: `${name} v${this.#changes}` });
    else if (what === 'image')
      control.updateUser(id, { profileImageUrl: `https://images.test/${this.#changes}` });
    else if (what === 'deleteUser') control.deleteUser(id);
    else if (team) control.updateUser(id, { selectedTeam: team });
  }

  #changeTeam(what: 'renameTeam' | 'deleteTeam' | 'join' | 'leave', userId: string, teamId: string): void {
    const { control } = this.#emulator;
    if (what === 'renameTeam') control.updateTeam(teamId, { displayName: `Team v${this.#changes}` });
    else if (what === 'join') control.addMember({ teamId, userId });
    else if (what === 'leave') control.removeMember({ teamId, userId });
    else control.deleteTeam(teamId);
    this.dropRightsOfFormerMembers();
  }

  #changeRight(
    what: 'grantTeamRight' | 'revokeTeamRight' | 'grantRight' | 'revokeRight',
    userId: string,
    team: string,
  ): void {
    const { control } = this.#emulator;
    const isOfTeam = what === 'grantTeamRight' || what === 'revokeTeamRight';
    const key = rightKey(userId, isOfTeam ? team : undefined);
    const grant = isOfTeam
      ? { userId, teamId: team, permissionId: TEAM_RIGHT }
      : { userId, permissionId: PROJECT_RIGHT };
    if (what === 'grantTeamRight' || what === 'grantRight') {
      this.#rights.add(key);
      control.grantPermission(grant);
    } else {
      this.#rights.delete(key);
      control.revokePermission(grant);
    }
  }
}

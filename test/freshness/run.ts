// One model run: it takes the steps one after the other, and judges every answer.
import { setTimeout } from 'node:timers/promises';
import type { Gate } from '../../src/emulator/gate.ts';
import type { Fleet } from './fleet.ts';
import { STALE_MAX, TTL } from './fleet.ts';
import type { HeldEvent } from './inbox.ts';
import type { Replica } from './replica.ts';
import {
  type Answered,
  type Asked,
  judge,
  type Moment,
  ProviderRecord,
  type Told,
  toldByEvent,
} from './rules.ts';
import type { Step } from './steps.ts';
import {
  ASPECTS,
  PROJECT_RIGHT,
  questionOf,
  readAnswer,
  readProvider,
  rightKey,
  type Subject,
  showsTeam,
  TEAM_RIGHT,
} from './subjects.ts';

/** A user of a run, with tokens from the oldest on. */
interface RunUser {
  readonly id: string;
  readonly tokens: { readonly token: string; readonly made: Moment }[];
}

/** Milliseconds after the end of a failure for which calls may still be paused. */
const PAUSE_AFTER_FAILURE = 15_000;

/** Milliseconds for which an answer may be held: a call has a time limit. */
const LONGEST_HOLD = 3_000;

/** Milliseconds of this machine for a request that may be held. */
const UNTIL_HELD = 4;

/** Milliseconds within which replicas come back to Redis: twice their pause. */
const RECONNECTED_WITHIN = 4_000;

/** A run with users and teams of its own. */
export class ModelRun {
  readonly violations: string[] = [];
  readonly trace: string[] = [];
  /** How many answers were judged. */
  judged = 0;
  readonly #fleet: Fleet;
  readonly #record = new ProviderRecord();
  readonly #told: Told[] = [];
  readonly #users: RunUser[] = [];
  readonly #teams: string[] = [];
  readonly #rights = new Set<string>();
  readonly #pending: HeldEvent[] = [];
  readonly #delivered: HeldEvent[] = [];
  readonly #seen = new Set<string>();
  readonly #gates: Gate[] = [];
  readonly #running: Promise<void>[] = [];
  #heldSince = 0;
  #step = 0;
  #syncedBefore = 0;
  #isFailing = false;
  #failedUntil = Number.NEGATIVE_INFINITY;
  #changes = 0;

  constructor(fleet: Fleet) {
    this.#fleet = fleet;
  }

  async run(steps: readonly Step[]): Promise<void> {
    await this.#begin();
    for (const step of steps) {
      this.#step += 1;
      await this.#take(step);
      this.#note();
    }
    await this.#end();
  }

  get #moment(): Moment {
    return { step: this.#step, time: this.#fleet.time.now() };
  }

  async #begin(): Promise<void> {
    const { control } = this.#fleet.emulator;
    for (const name of ['Ada', 'Bob'])
      this.#users.push({ id: control.createUser({ displayName: name }).id, tokens: [] });
    for (const [index, { id: creatorId }] of this.#users.entries())
      this.#teams.push(control.createTeam({ displayName: `Team ${index}`, creatorId }).id);
    control.addMember({ teamId: this.#team(0), userId: this.#user(1).id });
    await this.#fleet.inbox.take();
    for (const user of this.#users) await this.#refresh(user);
    this.#note();
  }

  /** After everything is well again, each replica is asked about everything. */
  async #end(): Promise<void> {
    this.#step += 1;
    this.#say('everything is well again');
    this.#release();
    this.#heal();
    await this.#redisWell();
    await Promise.all(this.#running);
    await this.#pass(PAUSE_AFTER_FAILURE);
    for (const replica of this.#fleet.replicas) {
      this.#step += 1;
      const asks = [0, 1].flatMap((user) =>
        ASPECTS.map((aspect) =>
          this.#ask({ kind: 'ask', replica: replica.index, user, team: 0, aspect, token: 0 }),
        ),
      );
      await Promise.all(asks);
      replica.clock.step(0, TTL);
    }
    await Promise.all(this.#running);
    // Nothing of this run may be left to the next.
    this.#fleet.time.pass(2 * TTL);
    await this.#fleet.redis?.age(2 * TTL);
  }

  async #take(step: Step): Promise<void> {
    switch (step.kind) {
      case 'ask':
        return this.#whileHeld(this.#ask(step));
      case 'change':
        return this.#change(step);
      case 'mutate':
        return this.#whileHeld(this.#mutate(step));
      case 'deliver': {
        const [event] = this.#pending.splice(step.event % Math.max(1, this.#pending.length), 1);
        return event && this.#deliver(event, step.replica);
      }
      case 'again': {
        const event = this.#delivered[step.event % Math.max(1, this.#delivered.length)];
        return event && this.#deliver(event, step.replica);
      }
      case 'lose': {
        const [event] = this.#pending.splice(step.event % Math.max(1, this.#pending.length), 1);
        return event && this.#say(`lost: ${event.type}`);
      }
      case 'hold':
        this.#say(`answers of ${step.endpoint} are held`);
        if (this.#gates.length === 0) this.#heldSince = this.#fleet.time.now();
        this.#gates.push(this.#fleet.emulator.control.hold(step.endpoint));
        return;
      case 'release':
        this.#release();
        await Promise.all(this.#running);
        return;
      case 'pass':
        return this.#pass(step.milliseconds);
      case 'refresh':
        return this.#refresh(this.#user(step.user));
      case 'clock': {
        const replica = this.#replica(step.replica);
        this.#say(`the wall clock of replica ${replica.index} is off by ${step.offset / 1000} s`);
        return replica.clock.step(step.offset, TTL);
      }
      case 'fail':
        this.#say(`${step.endpoint} fails`);
        this.#fleet.emulator.control.fail(step.endpoint, { kind: 'status', status: 500 });
        this.#isFailing = true;
        return;
      case 'heal':
        return this.#heal();
      case 'redis':
        return this.#redisTrouble(step);
      case 'redisWell':
        return this.#redisWell();
    }
  }

  async #ask(step: Extract<Step, { kind: 'ask' }>): Promise<void> {
    const { aspect } = step;
    const user = this.#user(step.user);
    const asker = aspect === 'publicName' ? this.#user(step.user + 1) : user;
    const replica = this.#replica(step.replica);
    const subject: Subject = { aspect, userId: user.id, teamId: this.#team(step.team) };
    const { token, made } = asker.tokens.at(-1 - (step.token % asker.tokens.length)) ?? {
      token: '',
      made: this.#moment,
    };
    const isAhead = replica.clock.wasAheadUntil > this.#fleet.time.now();
    const asked: Asked = {
      subject,
      replica: replica.index,
      at: this.#moment,
      tokenMade: isAhead || aspect === 'publicName' ? undefined : made,
      syncedBefore: this.#syncedBefore,
    };
    const name = `${aspect} of ${this.#nameOf(user.id)} (${this.#nameOf(subject.teamId)})`;
    this.#say(`replica ${replica.index} is asked for ${name} by the token of step ${made.step}`);
    const value = readAnswer(subject, await replica.ask(questionOf(subject), token));
    const whileFailing = this.#isFailing || this.#failedUntil >= asked.at.time;
    this.#check({ ...asked, value, until: this.#moment, whileFailing }, name);
  }

  #check(answer: Answered, name: string): void {
    this.judged += 1;
    const asked = answer.at.step === this.#step ? '' : ` to the question of step ${answer.at.step}`;
    this.#say(`  = ${this.#named(answer.value)}${asked}`);
    const options = { record: this.#record, told: this.#told, ttl: TTL, staleMax: STALE_MAX };
    const wrong = judge(answer, options);
    if (wrong === undefined) return;
    const { replica, at } = answer;
    const violation = `Replica ${replica}, asked for ${name} at step ${at.step}, ${this.#named(wrong)}`;
    this.violations.push(violation);
    this.#say(`  VIOLATION: ${violation}`);
  }

  async #change(step: Extract<Step, { kind: 'change' }>): Promise<void> {
    const user = this.#user(step.user).id;
    const team = this.#team(step.team);
    if (!this.#isPossible(step.what, user, team)) return;
    this.#changes += 1;
    this.#say(
      `at the provider: ${step.what} ${this.#nameOf(user)} ${this.#nameOf(team)}, change ${this.#changes}`,
    );
    this.#apply(step.what, user, team);
    this.#note();
    const events = await this.#fleet.inbox.take();
    if (step.tell < 0) this.#pending.push(...events);
    else for (const event of events) await this.#deliver(event, step.tell);
  }

  #isPossible(what: Extract<Step, { kind: 'change' }>['what'], userId: string, teamId: string): boolean {
    const { control } = this.#fleet.emulator;
    if (!control.findUser(userId)) return false;
    const hasTeam = control.findTeam(teamId) !== undefined;
    const isMember = hasTeam && control.members(teamId).includes(userId);
    if (what === 'renameTeam' || what === 'deleteTeam') return hasTeam;
    if (what === 'join') return hasTeam && !isMember;
    if (what === 'revokeTeamRight') return isMember && this.#rights.has(rightKey(userId, teamId));
    if (what === 'revokeRight') return this.#rights.has(rightKey(userId));
    return what === 'select' || what === 'leave' || what === 'grantTeamRight' ? isMember : true;
  }

  #apply(what: Extract<Step, { kind: 'change' }>['what'], userId: string, teamId: string): void {
    const { control } = this.#fleet.emulator;
    const number = this.#changes;
    const ofTeam = { userId, teamId, permissionId: TEAM_RIGHT };
    switch (what) {
      case 'rename':
        return void control.updateUser(userId, { displayName: `${this.#nameOf(userId)} v${number}` });
      case 'image':
        return void control.updateUser(userId, { profileImageUrl: `https://images.test/${number}` });
      case 'select': {
        const team = control.findTeam(teamId);
        return void (team && control.updateUser(userId, { selectedTeam: team }));
      }
      case 'renameTeam':
        return void control.updateTeam(teamId, { displayName: `Team v${number}` });
      case 'join':
        return control.addMember({ teamId, userId });
      case 'leave':
        this.#rights.delete(rightKey(userId, teamId));
        return control.removeMember({ teamId, userId });
      case 'grantTeamRight':
        this.#rights.add(rightKey(userId, teamId));
        return control.grantPermission(ofTeam);
      case 'revokeTeamRight':
        this.#rights.delete(rightKey(userId, teamId));
        return control.revokePermission(ofTeam);
      case 'grantRight':
        this.#rights.add(rightKey(userId));
        return control.grantPermission({ userId, permissionId: PROJECT_RIGHT });
      case 'revokeRight':
        this.#rights.delete(rightKey(userId));
        return control.revokePermission({ userId, permissionId: PROJECT_RIGHT });
      case 'deleteTeam':
        for (const { id } of this.#users) this.#rights.delete(rightKey(id, teamId));
        return control.deleteTeam(teamId);
      case 'deleteUser':
        return control.deleteUser(userId);
    }
  }

  async #mutate(step: Extract<Step, { kind: 'mutate' }>): Promise<void> {
    const user = this.#user(step.user);
    const team = this.#team(step.team);
    const replica = this.#replica(step.replica);
    this.#changes += 1;
    const number = this.#changes;
    const begun = this.#moment;
    const [field, concerns] = this.#mutationOf(step.what, { userId: user.id, teamId: team, number });
    this.#say(`replica ${replica.index} mutates for ${this.#nameOf(user.id)}: ${this.#named(field)}`);
    const isMember =
      this.#fleet.emulator.control.findTeam(team) &&
      this.#fleet.emulator.control.members(team).includes(user.id);
    const body = await replica.ask(
      `mutation { ${field} { errors { code } } }`,
      user.tokens.at(-1)?.token ?? '',
    );
    const [payload] = Object.values(body.data ?? {}) as { readonly errors: readonly object[] }[];
    const isDone = !body.errors && payload?.errors.length === 0;
    if (isDone && step.what === 'leave' && isMember) this.#rights.delete(rightKey(user.id, team));
    this.#note();
    this.#pending.push(...(await this.#fleet.inbox.take()));
    this.#say(
      `  = ${isDone ? 'done' : `not done: ${JSON.stringify(body.errors?.[0]?.extensions ?? payload)}`}`,
    );
    if (isDone)
      this.#told.push({ at: begun, replica: replica.index, what: `its mutation ${step.what}`, concerns });
  }

  #mutationOf(
    what: Extract<Step, { kind: 'mutate' }>['what'],
    { userId, teamId, number }: { readonly userId: string; readonly teamId: string; readonly number: number },
  ): readonly [field: string, concerns: Told['concerns']] {
    const isOwn = (subject: Subject) => subject.userId === userId;
    switch (what) {
      case 'rename':
        return [
          `updateMe(input: { displayName: "${this.#nameOf(userId)} v${number}" })`,
          (subject) => isOwn(subject) && (subject.aspect === 'name' || subject.aspect === 'publicName'),
        ];
      case 'select':
        return [
          `updateMe(input: { selectedTeamId: "${teamId}" })`,
          (subject) => isOwn(subject) && subject.aspect === 'selected',
        ];
      case 'renameTeam':
        return [
          `updateTeam(input: { id: "${teamId}", displayName: "Team v${number}" })`,
          (subject, value) => showsTeam(subject, value, teamId),
        ];
      case 'leave':
        return [
          `leaveTeam(input: { id: "${teamId}" })`,
          (subject, value) => isOwn(subject) && showsTeam(subject, value, teamId),
        ];
    }
  }

  async #deliver(event: HeldEvent, to: number): Promise<void> {
    const replica = this.#replica(to);
    const status = await replica.deliver(this.#fleet.inbox.requestOf(event));
    this.#say(
      `replica ${replica.index} is sent ${event.type} ${this.#named(event.body.slice(0, 0))}(${status})`,
    );
    if (status !== 204) this.violations.push(`Replica ${replica.index} answered an event with ${status}`);
    this.#delivered.push(event);
    const key = `${replica.index} ${event.id}`;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    const concerns = toldByEvent(event.type, event.data);
    this.#told.push({ at: this.#moment, replica: replica.index, what: `${event.type}`, concerns });
  }

  async #pass(milliseconds: number): Promise<void> {
    const { time, redis } = this.#fleet;
    if (this.#gates.length > 0 && time.now() + milliseconds > this.#heldSince + LONGEST_HOLD) this.#release();
    if (this.#gates.length === 0) await Promise.all(this.#running);
    // What was told reaches every replica within a second.
    if (milliseconds >= 1_000) await this.#sync(milliseconds);
    time.pass(milliseconds);
    await redis?.age(milliseconds);
    this.#say(`${milliseconds / 1000} s pass`);
  }

  async #sync(milliseconds: number): Promise<void> {
    if (!this.#fleet.redis || this.#isRedisIll) return;
    const areUp = () =>
      this.#fleet.replicas.every(({ services }) => services.health.state().degraded.length >= 0);
    const until = performance.now() + (milliseconds >= 6_000 ? RECONNECTED_WITHIN : 0);
    while (!areUp() && performance.now() < until) await setTimeout(5);
    if (!areUp()) return;
    if (await this.#fleet.sync()) {
      this.#say('all that the replicas were told has reached all of them');
      this.#syncedBefore = this.#step;
    } else this.violations.push(`At step ${this.#step} a change did not reach all replicas within a second`);
  }

  async #redisTrouble({ trouble, replica }: Extract<Step, { kind: 'redis' }>): Promise<void> {
    const { redis } = this.#fleet;
    if (!redis) return;
    const { index, wire } = this.#replica(replica);
    this.#say(`Redis: ${trouble}${trouble === 'cut' || trouble === 'hold' ? ` for replica ${index}` : ''}`);
    if (trouble === 'flush') return redis.isPaused || redis.isStopped ? undefined : redis.flush();
    this.#isRedisIll = true;
    if (trouble === 'cut') return wire?.cut();
    if (trouble === 'hold') return wire?.hold();
    if (trouble === 'full') return redis.isPaused || redis.isStopped ? undefined : redis.limitMemory(1);
    if (trouble === 'pause') {
      redis.isPaused = true;
      return redis.pause();
    }
    redis.resume();
    redis.isPaused = false;
    redis.isStopped = true;
    return redis.stop();
  }

  #isRedisIll = false;

  async #redisWell(): Promise<void> {
    const { redis, replicas } = this.#fleet;
    if (!redis || !this.#isRedisIll) return;
    this.#say('Redis is well again');
    redis.resume();
    redis.isPaused = false;
    if (redis.isStopped) await redis.start();
    redis.isStopped = false;
    await redis.limitMemory(0);
    await redis.age(0);
    for (const { wire } of replicas) wire?.mend();
    this.#isRedisIll = false;
  }

  async #refresh(user: RunUser): Promise<void> {
    const { control } = this.#fleet.emulator;
    if (!control.findUser(user.id)) return;
    user.tokens.push({ token: await control.mintToken({ userId: user.id }), made: this.#moment });
    this.#say(`${this.#nameOf(user.id)} gets a token`);
  }

  #release(): void {
    if (this.#gates.length > 0) this.#say('held answers are sent');
    for (const gate of this.#gates.splice(0)) gate.release();
  }

  #heal(): void {
    if (!this.#isFailing) return;
    this.#say('the provider fails no more');
    const { control } = this.#fleet.emulator;
    this.#release();
    control.heal();
    this.#isFailing = false;
    this.#failedUntil = this.#fleet.time.now() + PAUSE_AFTER_FAILURE;
  }

  /** Waits for an answer, but not for one that is held. */
  async #whileHeld(work: Promise<void>): Promise<void> {
    if (this.#gates.length === 0) return work;
    this.#running.push(work);
    await Promise.race([work, setTimeout(UNTIL_HELD)]);
  }

  /** Takes note of what the provider says now. */
  #note(): void {
    const moment = this.#moment;
    const world = { rights: this.#rights, teams: this.#teams };
    for (const { id: userId } of this.#users)
      for (const teamId of this.#teams)
        for (const aspect of ASPECTS) {
          const subject = { aspect, userId, teamId };
          this.#record.note(subject, readProvider(this.#fleet.emulator, subject, world), moment);
        }
  }

  #user(index: number): RunUser {
    const user = this.#users[index % this.#users.length];
    if (!user) throw new Error('There are no users');
    return user;
  }

  #team(index: number): string {
    return this.#teams[index % this.#teams.length] ?? '';
  }

  #replica(index: number): Replica {
    const replica = this.#fleet.replicas[index % this.#fleet.replicas.length];
    if (!replica) throw new Error('There are no replicas');
    return replica;
  }

  #nameOf(id: string): string {
    const team = this.#teams.indexOf(id);
    return team === -1 ? (['Ada', 'Bob'][this.#users.findIndex((user) => user.id === id)] ?? id) : `T${team}`;
  }

  #named(text: string): string {
    return [...this.#users.map(({ id }) => id), ...this.#teams].reduce(
      (named, id) => named.replaceAll(id, this.#nameOf(id)),
      text,
    );
  }

  #say(line: string): void {
    this.trace.push(`${String(this.#step).padStart(3)} ${line}`);
  }
}

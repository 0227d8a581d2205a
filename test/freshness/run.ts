// One model run: it takes the steps one after the other, and judges every answer.
import { setTimeout } from 'node:timers/promises';
import type { Gate } from '../../src/emulator/gate.ts';
import { type Fleet, STALE_MAX, TTL } from './fleet.ts';
import type { HeldEvent } from './inbox.ts';
import { RedisTroubles } from './redis-troubles.ts';
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
import type { Step, StepOf } from './steps.ts';
import { ASPECTS, questionOf, readAnswer, type Subject } from './subjects.ts';
import { Trace } from './trace.ts';
import { type RunUser, World } from './world.ts';

/** Milliseconds after the end of a failure for which calls may still be paused. */
const PAUSE_AFTER_FAILURE = 15_000;

/** Milliseconds for which an answer may be held: a call has a time limit. */
const LONGEST_HOLD = 3_000;

/** Milliseconds of this machine for a request that may be held. */
const UNTIL_HELD = 4;

/** Milliseconds. */
const AFTER_TOKENS = 5_000;

/** A pass of this many milliseconds is long enough for replicas to connect to Redis again. */
const RECONNECTED_AFTER = 6_000;

/** A run with users and teams of its own. */
export class ModelRun {
  readonly trace = new Trace();
  /** How many answers were judged. */
  judged = 0;
  readonly #fleet: Fleet;
  readonly #world: World;
  readonly #redis: RedisTroubles;
  readonly #record = new ProviderRecord();
  readonly #told: Told[] = [];
  readonly #pending: HeldEvent[] = [];
  readonly #delivered: HeldEvent[] = [];
  readonly #gates: Gate[] = [];
  readonly #running: Promise<void>[] = [];
  #heldSince = 0;
  #syncedBefore = 0;
  #isFailing = false;
  #failedUntil = Number.NEGATIVE_INFINITY;

  constructor(fleet: Fleet) {
    this.#fleet = fleet;
    this.#world = new World(fleet.emulator, this.trace);
    this.#redis = new RedisTroubles(fleet);
  }

  async run(steps: readonly Step[]): Promise<void> {
    await this.#fleet.inbox.take();
    for (const user of this.#world.users) await this.#refresh(user);
    // From here on a copy in Redis may serve these tokens: it must be of a later second.
    await this.#pass(AFTER_TOKENS);
    this.#note();
    for (const step of steps) {
      this.trace.step += 1;
      await this.#take(step);
      this.#note();
      if (this.trace.violations.length > 0) break;
    }
    await this.#end();
  }

  get #moment(): Moment {
    return { step: this.trace.step, time: this.#fleet.time.now() };
  }

  /** After everything is well again, each replica is asked about everything. */
  async #end(): Promise<void> {
    this.trace.step += 1;
    this.#release();
    this.#heal();
    await this.#redisWell();
    await this.#pass(this.#failedUntil >= this.#moment.time ? PAUSE_AFTER_FAILURE : RECONNECTED_AFTER);
    for (const replica of this.#fleet.replicas) {
      this.trace.step += 1;
      const question = { kind: 'ask', replica: replica.index, user: 0, team: 0, token: 0 } as const;
      await Promise.all(ASPECTS.map((aspect) => this.#ask({ ...question, aspect })));
      replica.clock.step(0, TTL);
    }
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
        const event = this.#takePending(step.event);
        return event && this.#deliver(event, step.replica);
      }
      case 'again': {
        const event = this.#delivered[step.event % Math.max(1, this.#delivered.length)];
        return event && this.#deliver(event, step.replica);
      }
      case 'lose': {
        const event = this.#takePending(step.event);
        return event && this.trace.say(`lost: ${event.type}`);
      }
      case 'refresh':
        return this.#refresh(this.#world.user(step.user));
      case 'pass':
        return this.#pass(step.milliseconds);
      default:
        return this.#trouble(step);
    }
  }

  async #trouble(
    step: StepOf<'hold' | 'release' | 'clock' | 'fail' | 'heal' | 'redis' | 'redisWell'>,
  ): Promise<void> {
    const { control } = this.#fleet.emulator;
    switch (step.kind) {
      case 'hold':
        this.trace.say(`answers of ${step.endpoint} are held`);
        if (this.#gates.length === 0) this.#heldSince = this.#fleet.time.now();
        this.#gates.push(control.hold(step.endpoint));
        return;
      case 'release':
        this.#release();
        await Promise.all(this.#running.splice(0));
        return;
      case 'clock': {
        const replica = this.#replica(step.replica);
        this.trace.say(`the wall clock of replica ${replica.index} is off by ${step.offset / 1000} s`);
        return replica.clock.step(step.offset, TTL);
      }
      case 'fail':
        this.trace.say(`${step.endpoint} fails`);
        control.fail(step.endpoint, { kind: 'status', status: 500 });
        this.#isFailing = true;
        return;
      case 'heal':
        return this.#heal();
      case 'redis': {
        const { index, wire } = this.#replica(step.replica);
        this.trace.say(`Redis, at replica ${index}: ${step.trouble}`);
        return this.#redis.make(step.trouble, wire);
      }
      case 'redisWell':
        return this.#redisWell();
    }
  }

  async #ask({ aspect, ...step }: StepOf<'ask'>): Promise<void> {
    const user = this.#world.user(step.user);
    const asker = aspect === 'publicName' ? this.#world.user(step.user + 1) : user;
    const replica = this.#replica(step.replica);
    const subject: Subject = { aspect, userId: user.id, teamId: this.#world.team(step.team) };
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
    const name = `${aspect} of ${user.id} (${subject.teamId})`;
    this.trace.say(`replica ${replica.index} is asked for ${name} by the token of step ${made.step}`);
    const value = readAnswer(subject, await replica.ask(questionOf(subject), token));
    const whileFailing = this.#isFailing || this.#failedUntil >= asked.at.time;
    this.#check({ ...asked, value, until: this.#moment, whileFailing }, name);
  }

  #check(answer: Answered, name: string): void {
    this.judged += 1;
    const { replica, at, value, until } = answer;
    this.trace.say(`  = ${value}${at.step === until.step ? '' : ` to the question of step ${at.step}`}`);
    const options = { record: this.#record, told: this.#told, ttl: TTL, staleMax: STALE_MAX };
    const wrong = judge(answer, options);
    if (wrong !== undefined)
      this.trace.violate(`Replica ${replica}, asked for ${name} at step ${at.step}, ${wrong}`);
  }

  async #change({ what, user: index, team, tell }: StepOf<'change'>): Promise<void> {
    const user = this.#world.user(index);
    const teamId = this.#world.team(team);
    if (!this.#world.change(what, user, teamId)) return;
    this.trace.say(`at the provider: ${what} (${user.id}, ${teamId})`);
    this.#note();
    const events = await this.#fleet.inbox.take();
    if (tell < 0) this.#pending.push(...events);
    else for (const event of events) await this.#deliver(event, tell);
  }

  async #mutate({ what, ...step }: StepOf<'mutate'>): Promise<void> {
    const user = this.#world.user(step.user);
    const replica = this.#replica(step.replica);
    const { field, concerns } = this.#world.mutation(what, user, this.#world.team(step.team));
    const at = this.#moment;
    this.trace.say(`replica ${replica.index} mutates for ${user.id}: ${field}`);
    const query = `mutation { ${field} { errors { code } } }`;
    const { data, errors } = await replica.ask(query, user.tokens.at(-1)?.token ?? '');
    const [payload] = Object.values(data ?? {}) as { readonly errors: readonly object[] }[];
    const isDone = !errors && payload?.errors.length === 0;
    this.#world.dropRightsOfFormerMembers();
    this.#note();
    this.#pending.push(...(await this.#fleet.inbox.take()));
    this.trace.say(`  = ${isDone ? 'done' : JSON.stringify(errors?.[0]?.extensions ?? payload)}`);
    if (isDone) this.#told.push({ at, replica: replica.index, what: `its mutation ${what}`, concerns });
  }

  #takePending(index: number): HeldEvent | undefined {
    return this.#pending.splice(index % Math.max(1, this.#pending.length), 1)[0];
  }

  async #deliver(event: HeldEvent, to: number): Promise<void> {
    const replica = this.#replica(to);
    const status = await replica.deliver(this.#fleet.inbox.requestOf(event));
    const { type } = event;
    this.trace.say(
      `replica ${replica.index} is sent ${type} ${JSON.stringify(event.data['id'])} (${status})`,
    );
    if (status !== 204) this.trace.violate(`Replica ${replica.index} answered an event with ${status}`);
    this.#delivered.push(event);
    const told = { at: this.#moment, replica: replica.index, what: type, eventId: event.id };
    // An event that a replica has seen before drops nothing.
    if (this.#told.some((each) => each.eventId === event.id && each.replica === replica.index)) return;
    this.#told.push({ ...told, concerns: toldByEvent(type, event.data) });
  }

  async #pass(milliseconds: number): Promise<void> {
    const { time, redis } = this.#fleet;
    if (this.#gates.length > 0 && time.now() + milliseconds > this.#heldSince + LONGEST_HOLD) this.#release();
    if (this.#gates.length === 0) await Promise.all(this.#running.splice(0));
    // What was told reaches every replica within a second.
    if (milliseconds >= 1_000 && redis && !this.#redis.isIll)
      await this.#sync(milliseconds >= RECONNECTED_AFTER);
    time.pass(milliseconds);
    await redis?.age(milliseconds);
    this.trace.say(`${milliseconds / 1000} s pass`);
  }

  async #sync(mustBeUp: boolean): Promise<void> {
    const synced = await this.#fleet.sync(mustBeUp);
    if (synced === 'down') return;
    if (synced === 'late') return this.trace.violate('What a replica was told did not reach the others');
    this.#syncedBefore = this.trace.step;
    this.trace.say('what any replica was told before has reached all');
  }

  async #redisWell(): Promise<void> {
    if (this.#redis.isIll) this.trace.say('Redis is well again');
    await this.#redis.end();
  }

  async #refresh(user: RunUser): Promise<void> {
    const { control } = this.#fleet.emulator;
    if (!control.findUser(user.id)) return;
    user.tokens.push({ token: await control.mintToken({ userId: user.id }), made: this.#moment });
    this.trace.say(`${user.id} gets a token`);
  }

  #release(): void {
    if (this.#gates.length > 0) this.trace.say('held answers are sent');
    for (const gate of this.#gates.splice(0)) gate.release();
  }

  #heal(): void {
    if (!this.#isFailing) return;
    this.trace.say('the provider fails no more');
    this.#release();
    this.#fleet.emulator.control.heal();
    this.#isFailing = false;
    this.#failedUntil = this.#fleet.time.now() + PAUSE_AFTER_FAILURE;
  }

  /** Waits for an answer, but not for one that is held. */
  async #whileHeld(work: Promise<void>): Promise<void> {
    if (this.#gates.length === 0) return work;
    this.#running.push(work);
    await Promise.race([work, setTimeout(UNTIL_HELD)]);
  }

  #note(): void {
    this.#world.note(this.#record, this.#moment);
  }

  #replica(index: number): Replica {
    const replica = this.#fleet.replicas[index % this.#fleet.replicas.length];
    if (!replica) throw new Error('There are no replicas');
    return replica;
  }
}

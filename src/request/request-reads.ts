// What one request has read of the provider: each kind once, however many fields need it.
import { handleMaybePromise, type MaybePromise } from '@whatwg-node/promise-helpers';
import type { CopyKind } from '../core/events.ts';
import type { IdentityChange } from '../provider/cache/identity-change.ts';
import type { TeamKind, UserKind } from '../provider/cache/kinds.ts';
import type { Reads } from '../provider/cache/reads.ts';
import type { RequestProvider } from '../provider/client.ts';
import { toAppError } from '../provider/outcome-error.ts';
import type { Outcome } from '../provider/outcomes.ts';
import type { CallerRequest, ProviderCall } from '../provider/send.ts';
import type { Uuid } from '../provider/uuid.ts';

/** What the reads of one request are created from. */
export interface RequestReadsOptions {
  readonly reads: Reads;
  readonly provider: RequestProvider;
  readonly request: CallerRequest;
}

/**
 * Reads on behalf of the caller. What is in the cache is returned synchronously. Every read throws (or rejects with)
 * `AppError` as `toAppError` makes it, and `LIMIT_EXCEEDED` where the request may make no further call.
 */
export class RequestReads {
  readonly #options: RequestReadsOptions;
  /** What was read or is being read, by its kind and team. Created for the first read. */
  #known: Map<string, MaybePromise<unknown>> | undefined;
  /** Kinds that `#known` has from a copy, rather than from a call of this request. */
  #copies: CopyKind[] | undefined;

  constructor(options: RequestReadsOptions) {
    this.#options = options;
  }

  /** What `read` gave for this key, or gives now. All reads of one key have the same type. */
  once<T>(key: string, read: () => MaybePromise<T>): MaybePromise<T> {
    this.#known ??= new Map();
    const known = this.#known;
    if (known.has(key)) return known.get(key) as MaybePromise<T>;
    const reading = read();
    known.set(key, reading);
    // From then on it is returned synchronously.
    if (reading instanceof Promise) reading.then((value) => known.set(key, value), ignore);
    return reading;
  }

  /**
   * A kind of which the caller has one copy. It is called for each field: what is known is returned without a function or a promise.
   */
  read<T>(kind: UserKind<T>): MaybePromise<T> {
    // All reads of one kind have the same type, and none of them is `undefined`.
    const known = this.#known?.get(kind.name) as MaybePromise<T> | undefined;
    if (known !== undefined) return known;
    return this.#copyOf(kind) ?? this.once(kind.name, () => this.#fetch(kind));
  }

  isCaller(userId: string): boolean {
    return userId === this.#options.request.id;
  }

  /** The kind where that takes no call: it has been read, or it is cached. */
  known<T>(kind: UserKind<T>): T | undefined {
    const known = this.#known?.get(kind.name) as MaybePromise<T> | undefined;
    return known === undefined || known instanceof Promise ? this.#copyOf(kind) : known;
  }

  /** What `find` finds in a kind. Before it is said that there is nothing, a copy that may be old is not trusted. */
  find<T, Found>(kind: UserKind<T>, find: (value: T) => Found | undefined): MaybePromise<Found | undefined> {
    return handleMaybePromise(
      () => this.read(kind),
      (value) => {
        const found = find(value);
        if (found !== undefined) return found;
        return handleMaybePromise(
          () => this.recheck(kind),
          (again) => (again === undefined ? undefined : find(again)),
        );
      },
    );
  }

  /** Whether something is in a kind: as `find`. */
  has<T>(kind: UserKind<T>, isIn: (value: T) => boolean): MaybePromise<boolean> {
    return handleMaybePromise(
      () => this.find(kind, (value) => isIn(value) || undefined),
      (found) => found === true,
    );
  }

  /** A kind of which the caller has a copy for each team. */
  readOfTeam<T>(kind: TeamKind<T>, teamId: Uuid): MaybePromise<T> {
    const { reads, request } = this.#options;
    return (
      reads.freshOfTeam(kind, request, teamId) ??
      reads.fetchOfTeam(kind, request, teamId).then((outcome) => this.#valueOfTeam(outcome, teamId))
    );
  }

  /** What is never read from a copy. `teamId` is the team that it is of. */
  call<T>(call: ProviderCall<T>, teamId?: Uuid): Promise<T> {
    return this.#options.provider.call(call).then((outcome) => {
      if (outcome.kind === 'gone') this.#drop({ kind: 'user', userId: this.#options.request.id });
      return this.#valueOfTeam(outcome, teamId);
    });
  }

  /** The kind as the provider has it now, where what is known of it is from a copy that may be old. */
  recheck<T>(kind: UserKind<T>): MaybePromise<T | undefined> {
    if (!this.#copies?.includes(kind.name)) return undefined;
    return this.once(`${kind.name} again`, () => {
      const { reads, request } = this.#options;
      return reads.recheck(kind, request)?.then((outcome) => {
        const value = okOf(outcome);
        this.#known?.set(kind.name, value);
        return value;
      });
    });
  }

  /** Forgets all of it. */
  clear(): void {
    this.#known = undefined;
    this.#copies = undefined;
  }

  #copyOf<T>(kind: UserKind<T>): T | undefined {
    const { reads, request } = this.#options;
    const fresh = reads.fresh(kind, request);
    if (fresh === undefined) return undefined;
    this.#known ??= new Map();
    this.#known.set(kind.name, fresh);
    this.#noteCopy(kind.name);
    return fresh;
  }

  #fetch<T>(kind: UserKind<T>): Promise<T> {
    const { reads, request } = this.#options;
    return reads.fetch(kind, request).then((outcome) => {
      if (outcome.isCopy) this.#noteCopy(kind.name);
      return okOf(outcome);
    });
  }

  #noteCopy(kind: CopyKind): void {
    this.#copies ??= [];
    this.#copies.push(kind);
  }

  /** A membership that has ended elsewhere: the copies that say otherwise are dropped. */
  #valueOfTeam<T>(outcome: Outcome<T>, teamId: Uuid | undefined): T {
    if (teamId !== undefined && outcome.kind === 'rejected' && outcome.code === 'NOT_A_TEAM_MEMBER')
      this.#drop({ kind: 'membership', userId: this.#options.request.id, teamId });
    return okOf(outcome);
  }

  #drop(outdated: IdentityChange): void {
    this.#options.reads.copies.drop(outdated, 'read');
  }
}

function okOf<T>(outcome: Outcome<T>): T {
  if (outcome.kind === 'ok') return outcome.value;
  throw toAppError(outcome);
}

function ignore(): void {}

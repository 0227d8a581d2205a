// The context of one request: the caller, and the loaders that fetch on the caller's behalf.
import { contextCacheSymbol } from '@pothos/core';
import { RequestCache } from '@pothos/plugin-scope-auth';
import type { Claims } from '../auth/claims.ts';
import type { FollowUser } from '../process/user-changes.ts';
import type { AppTypes, Part } from './app-types.ts';
import { type Cancellation, createCancellation, disconnectOf } from './cancellation.ts';
import { type Changes, type ChangesOptions, createChanges } from './changes.ts';
import { createRequestLoaders, ENDED_LOADERS, type Loaders, type LoadersOptions } from './loaders.ts';

/** The key of what `meChanged` needs. */
export const FOLLOW_USER = Symbol('follow a user');

/**
 * What resolvers and rules receive. Behind a scope `user` is defined: see `AuthContexts` in graph/builder.ts.
 *
 * @example resolve: (_root, _args, { sources, user }: RequestContext<Types>) => sources.notes.list(user?.id)
 */
export interface RequestContext<T extends AppTypes = AppTypes> {
  readonly requestId: string;
  /** The verified user; `undefined` where the request has no token. */
  readonly user: Claims | undefined;
  readonly loaders: Loaders<T>;
  /** The app's data sources. */
  readonly sources: Part<T, 'Sources'>;
  /** What mutations of the server's own types need. */
  readonly changes: Changes;
  /** Pass its signal to whatever you call: it aborts when the client disconnects or the time limit is over. */
  readonly cancellation: Cancellation;
  /** Absent in the library, which has no subscriptions. */
  readonly [FOLLOW_USER]?: FollowUser | undefined;
}

/** The context behind any scope. */
export type SignedInContext<T extends AppTypes = AppTypes> = RequestContext<T> & { readonly user: Claims };

/** What a context is created from. */
export interface ContextOptions extends LoadersOptions, ChangesOptions {
  readonly followUser?: FollowUser | undefined;
}

/** A context that can be emptied. */
export interface ReleasableContext extends RequestContext {
  /** Drops every reference, once no work of the request is left. */
  release(): void;
}

/** Creates the context of one request. It costs no call and no loader until a resolver asks for one. */
export function createContext(options: ContextOptions): ReleasableContext {
  return new ContextOfRequest(options);
}

/**
 * Pothos and its plugins remember what they decided for a request in WeakMaps, by a key that the context holds, next to a
 * reference to the context. Collections of the young generation treat the value of a WeakMap as reachable: unless it is
 * deleted, or at least the cycle is opened, every request outlives them with its response and buffers.
 */
class ContextOfRequest implements ReleasableContext {
  readonly requestId: string;
  user: Claims | undefined;
  cancellation: Cancellation;
  loaders: Loaders;
  readonly sources: object;
  [contextCacheSymbol] = {};
  #options: ContextOptions | undefined;
  #changes: Changes | undefined;

  constructor(options: ContextOptions) {
    this.#options = options;
    this.requestId = options.requestId;
    this.user = options.credentials?.claims;
    this.cancellation = options.cancellation;
    this.loaders = createRequestLoaders(options);
    this.sources = options.sources;
  }

  /** Created on first use: most requests change nothing. */
  get changes(): Changes {
    if (!this.#options) throw new Error('The request has ended');
    this.#changes ??= createChanges(this.#options, this.loaders);
    return this.#changes;
  }

  get [FOLLOW_USER](): FollowUser | undefined {
    return this.#options?.followUser;
  }

  release(): void {
    this.#options = undefined;
    this.#changes = undefined;
    RequestCache.clearForContext(this);
    this[contextCacheSymbol] = {};
    this.user = undefined;
    this.cancellation = ENDED;
    this.loaders = ENDED_LOADERS;
  }
}

const ENDED = createCancellation(disconnectOf(AbortSignal.abort()));

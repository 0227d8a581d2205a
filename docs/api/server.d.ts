// `./server` of the package, written by `npm run api`.
/// <reference types="@pothos/plugin-scope-auth" preserve="true" />
import { RequestListener } from 'node:http';
import { MaybePromise, ObjectRef } from '@pothos/core';
import { MaybePromise as MaybePromise$1 } from '@whatwg-node/promise-helpers';
import DataLoader from 'dataloader';
import { DocumentNode, ExecutionResult, GraphQLSchema } from 'graphql';

/**
 * An app. Every part is optional, and nothing of it runs on import.
 *
 * @example const app: App<AppTypes> = { scopes: { noteOwner }, sources: () => ({ notes: createNoteStore() }) };
 */
interface App<T extends AppTypes = AppTypes> {
  /** Adds the app's types to ours. Called once, after the configuration was read, and by codegen. */
  readonly schema?: (builder: Builder<T>, refs: Refs<T>) => void;
  /** The rule of each scope. */
  readonly scopes?: Rules<T>;
  /**
   * Starts the app's data sources, once. Each that has a method `close` is closed after the last request, in reverse
   * order. Throw `AppError` `INVALID_CONFIGURATION` where a variable is missing: its message is printed, and the process ends.
   */
  readonly sources?: (deps: SourceDeps) => Part<T, 'Sources'> | Promise<Part<T, 'Sources'>>;
  /** Creates the loaders of one request. Not called for a request that reads none. */
  readonly loaders?: CreateLoaders<T>;
  /** Steps after the server's own. */
  readonly steps?: readonly Step[];
  /**
   * Handlers of the provider's events, by type. Each runs after the copies were dropped and before the event is answered, within
   * `EXECUTION_TIMEOUT` and 15 seconds. Where it fails the answer is 500, and the provider sends the event again.
   */
  readonly webhooks?: WebhookHandlers<T>;
}
/**
 * The only error thrown on purpose; the library exports it as `AuthError`. Its message, code, reason and `retryAfter` reach
 * clients; its cause never does.
 * A refusal has no stack trace: capturing and printing it takes longer than the rest of many refusals.
 *
 * The constructor throws `TypeError` for a code that is none, and for a header that cannot be sent.
 *
 * @example throw new AppError('Not yours', { code: 'FORBIDDEN', reason: 'NOT_OWNER' });
 */
declare class AppError extends Error {
  readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly reason: Reason | undefined;
  readonly retryAfter: number | undefined;
  /** The status that was given for this error alone, in place of that of its code. */
  readonly ownStatus: number | undefined;
  readonly ownHeaders: Readonly<Record<string, string>> | undefined;
  readonly isLogged: boolean;
  constructor(message: string, options: AppErrorOptions);
  /** Whether this class, or that of another copy of this module, created the value. A subclass knows its own errors alone. */
  static [Symbol.hasInstance](value: unknown): value is AppError;
  /** Not of each instance, so that an error costs no more. */
  get [MARK](): true;
  /** What HTTP should say where this error is the whole answer, as in REST. */
  get status(): number;
  /** The headers of that answer, by names in lower case: `www-authenticate` and `retry-after` where due, and its own. */
  get headers(): Readonly<Record<string, string>>;
}
/**
 * A server that has opened no port: its schema, `fetch` within the process, and a listener for node:http.
 *
 * @example const { fetch, close }: AppServer = await createServer(app);
 */
interface AppServer {
  readonly schema: GraphQLSchema;
  /**
   * Answers all routes, by the same steps as `listener`, and reads no more of a body than `BODY_LIMIT`. What is counted by
   * connection is not, since there is none: its minimum rate, its unread answers, the budgets of bodies.
   */
  fetch(request: Request): Promise<Response>;
  /** For `http.createServer({ joinDuplicateHeaders: true }, listener)`. Without this option Node drops all but one of two `Authorization` headers, which are refused otherwise. */
  readonly listener: RequestListener;
  /** Ends open subscriptions, then closes sources and services. Answer other requests before. */
  close(): Promise<void>;
}
/**
 * The parts of an app that appear in the types of contexts and fields. The type of a scope is that of its value.
 *
 * @example
 * interface Types extends AppTypes {
 *   readonly Sources: { readonly notes: NoteStore };
 *   readonly Scopes: { readonly noteOwner: string };
 * }
 */
interface AppTypes {
  readonly Sources?: object;
  readonly Loaders?: object;
  readonly Scopes?: object;
}
/**
 * A builder of an app's types.
 *
 * @example
 * export function addGreeting(builder: Builder<Types>): void {
 *   builder.queryField('greeting', (t) => t.string({ resolve: () => 'Hello' }));
 * }
 */
type Builder<T extends AppTypes = AppTypes> = PothosSchemaTypes.SchemaBuilder<GraphTypes<T>>;
/**
 * One call. A `signal` that aborts ends it with its reason.
 *
 * @example
 * const options: CallOptions<Plan> = {
 *   method: 'GET',
 *   path: path`/teams/${teamId}`,
 *   access: 'server',
 *   parse: (body) => planSchema.parse(body),
 * };
 */
interface CallOptions<T> extends ProviderCall<T> {
  readonly signal?: LightAbortSignal | undefined;
}
/**
 * What an app creates its loaders from. `signal` aborts with the request.
 *
 * @example loaders: ({ sources }: LoaderContext<Types>) => ({ note: createNoteLoader(sources.notes) })
 */
interface LoaderContext<T extends AppTypes = AppTypes> {
  readonly sources: Part<T, 'Sources'>;
  readonly signal: AbortSignal;
}
/**
 * The result of a call to the provider.
 *
 * @example
 * const outcome: Outcome<Plan> = await provider.call(options);
 * if (outcome.kind === 'ok') return outcome.value;
 */
type Outcome<T> =
  | {
      readonly kind: 'ok';
      readonly value: T;
    }
  | Failure;
/**
 * The provider client.
 *
 * @example sources: ({ provider }: { provider: Provider }) => ({ plans: createPlans(provider) })
 */
interface Provider {
  /**
   * Makes a call. Trouble of the provider is an outcome. Rejects with the signal's reason where that aborts first, and with
   * `AppError` `LIMIT_EXCEEDED` or `RATE_LIMITED` where the budget has no call left. A mutation is sent at most once; where its outcome is
   * `unavailable`, it may have been executed.
   */
  call<T>(options: CallOptions<T>): Promise<Outcome<T>>;
  /** The client for one request or event, with a budget of `MAX_PROVIDER_CALLS` calls. */
  forRequest(scope: RequestScope): RequestProvider;
}
/**
 * A user as others may see that user.
 *
 * @example const author: PublicProfile | null = await loaders.publicProfile.load(note.ownerId);
 */
interface PublicProfile {
  readonly id: Uuid;
  readonly displayName: string | undefined;
  readonly profileImageUrl: string | undefined;
}
/**
 * A type of the graph whose values in code are of the type `Shape`.
 *
 * @example const Note: Ref<NoteShape, Types> = builder.objectRef<NoteShape>('Note');
 */
type Ref<Shape, T extends AppTypes = AppTypes> = ObjectRef<GraphTypes<T>, Shape>;
/**
 * Our types, for fields that an app adds to them or returns them from.
 *
 * @example schema: (builder, { User }: Refs<Types>) => builder.objectField(User, 'notes', notesField)
 */
interface Refs<T extends AppTypes> {
  /** The caller, by the verified claims. */
  readonly User: Ref<Claims, T>;
  readonly Team: Ref<Team, T>;
  readonly TeamMember: Ref<TeamMember, T>;
  readonly TeamInvitation: Ref<TeamInvitation, T>;
  readonly ContactChannel: Ref<ContactChannel, T>;
  readonly ActiveSession: Ref<ActiveSession, T>;
  readonly ApiKey: Ref<ApiKey, T>;
  readonly NotificationPreference: Ref<NotificationPreference, T>;
}
/**
 * What a refused field answers. `code` is `FORBIDDEN` by default; `reason` is for programs, `message` for people.
 *
 * @example const refusal: Refusal = { code: 'FORBIDDEN', reason: 'NOT_OWNER', message: 'The note is not yours' };
 */
interface Refusal {
  readonly code?: ErrorCode;
  readonly reason?: Reason;
  readonly message: string;
}
/**
 * What resolvers and rules receive. Behind a scope `user` is defined: see `AuthContexts` in graph/builder.ts.
 *
 * @example resolve: (_root, _args, { sources, user }: RequestContext<Types>) => sources.notes.list(user?.id)
 */
interface RequestContext<T extends AppTypes = AppTypes> {
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
/**
 * A scope with a value, such as `noteOwner: note.ownerId`. A field that names it is refused unless `check` returns true.
 *
 * `check` runs once for each request and value, and only for a signed-in user. It may return a promise. False refuses
 * with the rule's own code, reason and message; a `Refusal` refuses with that one. Throw an `AppError` where the question
 * cannot be answered, such as `UPSTREAM_UNAVAILABLE`: the client gets that error, never `FORBIDDEN`.
 *
 * @example
 * const noteOwner: Rule<string, Types> = {
 *   check: async (noteId, { user, loaders }) => (await loaders.note.load(noteId))?.ownerId === user.id,
 *   reason: 'NOT_OWNER',
 *   message: 'The note is not yours',
 * };
 */
interface Rule<Value = true, T extends AppTypes = AppTypes> extends Refusal {
  check(value: Value, context: SignedInContext<T>): MaybePromise<boolean | Refusal>;
}
/**
 * A server that listens.
 *
 * @example const { url, close }: RunningServer = await startServer(app);
 */
interface RunningServer {
  /** The origin, such as `http://localhost:4000`: without `BASE_PATH`. */
  readonly url: string;
  /** Ends as on a signal, but at once and not the process: requests, then sources, then services. */
  close(): Promise<void>;
}
/**
 * What an app starts its sources with.
 *
 * @example sources: ({ env, logger }: SourceDeps) => ({ notes: openNotes(env['NOTES_URL'], logger) })
 */
interface SourceDeps {
  /** The identity provider's REST API. */
  readonly provider: Provider;
  readonly logger: AppLogger;
  /** The environment variables, those of the app included. */
  readonly env: Environment;
}
/**
 * Every hook is optional, and a hook that is absent costs nothing. A hook refuses a request by throwing `AppError`. Only `admit` and
 * `execute` may be async.
 *
 * @example const region: Step = { name: 'region', headers: () => ['x-region', 'eu'] };
 */
interface Step {
  readonly name: string;
  /** Which requests the step is for: `graphql` and `rest` by default. */
  readonly routes?: readonly Route[];
  /** The headers are complete, the body has not been read. */
  admit?(exchange: Exchange): MaybePromise$1<void>;
  /** The body is complete: from here the request is in flight. */
  begin?(exchange: Exchange): void;
  /** Of GraphQL: before execution, and once before a subscription starts. What it returns is the answer. */
  check?(operation: Operation, exchange: Exchange): Error | undefined;
  /** Around execution, and around each event of a subscription. */
  execute?(
    execution: Execution,
    next: () => MaybePromise$1<Result>,
    exchange: Exchange,
  ): MaybePromise$1<Result>;
  /** Headers of every answer, refusals included. */
  headers?(exchange: Exchange): HeaderList;
  /** Called once: the last byte was sent, or the client disconnected (status 499). */
  done?(exchange: Exchange, status: number): void;
}
/**
 * A subgraph: its schema, and the same as text, which a gateway is composed from and `_service` answers.
 *
 * @example const { sdl }: Subgraph = await createSubgraph(app);
 */
interface Subgraph {
  readonly schema: GraphQLSchema;
  readonly sdl: string;
}
/**
 * What a handler gets besides its event. `signal` aborts when its time is over.
 *
 * @example const forget = async ({ data }: WebhookEvent, { sources }: WebhookContext<AppTypes>) => sources.notes.deleteAllOf(data);
 */
interface WebhookContext<T extends AppTypes = AppTypes> {
  readonly sources: Part<T, 'Sources'>;
  readonly signal: AbortSignal;
}
/**
 * An event as it was sent. Nothing in it says when it happened, in which order, or of which project.
 *
 * @example
 * const event: WebhookEvent = await verifyWebhook(request, secret);
 * if (event.type === 'user.deleted') await forget(event.data);
 */
interface WebhookEvent {
  /** The same for all attempts of one event. */
  readonly id: string;
  /** Such as `user.updated`; empty where the body is no event. */
  readonly type: string;
  readonly data: unknown;
}
/**
 * Builds the schema. Throws where the app's types do not fit together, or a scope has a name of ours.
 *
 * @example writeFileSync('schema.graphql', printSchema(createSchema(app)));
 */
declare function createSchema<T extends AppTypes>(app: App<T>): GraphQLSchema;
/**
 * Starts an app without a port. `env` holds the variables of docs/configuration.md and those of the app. Rejects with
 * `AppError` `INVALID_CONFIGURATION`, which lists all that is wrong in them, and with what the app throws; nothing is left
 * open then.
 *
 * @example
 * const server = await createServer(app);
 * export default { fetch: server.fetch };
 */
declare function createServer<T extends AppTypes>(app: App<T>, env?: Environment): Promise<AppServer>;
/**
 * Builds the subgraph of an app. Rejects with what `createSchema` throws, and where an entity has no field `id`.
 *
 * @example
 * const { sdl } = await createSubgraph(app);
 * writeFileSync('subgraph.graphql', sdl);
 */
declare function createSubgraph<T extends AppTypes>(
  app: App<T>,
  limits?: {
    maxRepresentations: number;
  },
): Promise<Subgraph>;
/**
 * Declares an app, checked against its types.
 *
 * @example
 * export const app = defineApp({
 *   schema(builder) {
 *     builder.queryField('greeting', (t) => t.string({ resolve: () => 'Hello' }));
 *   },
 * });
 */
declare function defineApp<T extends AppTypes = AppTypes>(app: App<T>): App<T>;
/**
 * The `extensions` of a type with a field `id`, which makes it an entity where the server is a subgraph (`FEDERATION`). Without
 * a token its representations are refused with `UNAUTHENTICATED` / `MISSING_TOKEN`. The id comes from the client: `resolve`
 * decides whether the caller may see what it names, as the root fields do that return the type.
 *
 * @example
 * builder.objectType(Note, {
 *   extensions: entity((id, { sources, user }) => sources.notes.find(id, user.id)),
 *   fields: (t) => ({ id: t.exposeID('id'), text: t.exposeString('text') }),
 * });
 */
declare function entity<Shape extends object, T extends AppTypes = AppTypes>(
  resolve: (id: string, context: SignedInContext<T>) => Found<Shape>,
): EntityExtensions;
/**
 * Forgets what scopes decided in this request. For a mutation that changed what a rule looks at.
 *
 * @example
 * await sources.notes.share(id, userId);
 * forgetScopes(context);
 */
declare function forgetScopes(context: RequestContext): void;
/**
 * Builds a path from a template, with its values encoded. Throws `AppError` `INTERNAL_SERVER_ERROR` for a value that is
 * empty, a dot segment, or contains a slash, a backslash, a control character or half of a surrogate pair: callers refuse
 * such ids before they ask the provider.
 *
 * @example path`/teams/${teamId}?user_id=me`
 */
declare function path$1(literals: TemplateStringsArray, ...values: readonly string[]): ProviderPath;
/**
 * The same for a type that callers without a token may read.
 *
 * @example
 * builder.objectType(Product, {
 *   extensions: publicEntity((id, { sources }) => sources.products.find(id)),
 *   fields: (t) => ({ id: t.exposeID('id'), name: t.exposeString('name') }),
 * });
 */
declare function publicEntity<Shape extends object, T extends AppTypes = AppTypes>(
  resolve: (id: string, context: RequestContext<T>) => Found<Shape>,
): EntityExtensions;
/**
 * The fields that a request without a token can reach, such as `Query.version`. For a test of an app.
 *
 * @example expect(publicFieldsOf(createSchema(app))).toEqual(['Query.version', 'Query.me']);
 */
declare function publicFieldsOf(schema: GraphQLSchema): readonly string[];
/**
 * Serves an app until SIGTERM, SIGINT or SIGHUP, then ends requests, sources, services and the process (exit code 0), in this
 * order. Resolves once it listens. Rejects where the environment is wrong (with the whole list), the app throws, or the port is not
 * available; nothing is left open then, and no process is ended.
 *
 * @example await startServer(defineApp({ schema: addNotes }));
 */
declare function startServer<T extends AppTypes>(app: App<T>, env?: Environment): Promise<RunningServer>;
/**
 * The error for a field that needs the provider, or for a mutation as a whole. A `rejected` read is `FORBIDDEN` for a
 * team that the user is not in and for a feature that is switched off; mutations tell `rejected` as data instead.
 *
 * @example if (outcome.kind !== 'ok') throw toAppError(outcome);
 */
declare function toAppError(failure: Failure): AppError;
/** A session in which the user is signed in. */
interface ActiveSession {
  readonly id: Uuid;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | undefined;
  /** Whether it is the session of the token. */
  readonly isCurrent: boolean;
  readonly agentName: string | undefined;
}
/** A key without its secret. */
interface ApiKey {
  readonly id: Uuid;
  readonly description: string | undefined;
  readonly createdAt: Date;
  readonly expiresAt: Date | undefined;
  readonly revokedAt: Date | undefined;
  readonly lastFour: string;
}
/**
 * Properties of an `AppError` besides its message. `retryAfter` is in seconds; `status` replaces the status of the code;
 * `headers` are sent where the whole request is refused.
 */
interface AppErrorOptions {
  readonly code: ErrorCode;
  readonly reason?: Reason | undefined;
  readonly retryAfter?: number | undefined;
  readonly status?: number | undefined;
  /** The trouble has a line of its own in the log, so that no line is written for each error that comes of it. */
  readonly isLogged?: boolean | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly cause?: unknown;
}
/** The server's log. A type of our own: pino is no dependency of an app. */
interface AppLogger {
  readonly debug: WriteAppLine;
  readonly info: WriteAppLine;
  readonly warn: WriteAppLine;
  readonly error: WriteAppLine;
}
/** A mutation that ended. */
interface AuditEntry {
  readonly requestId: string;
  /** The id of the caller. */
  readonly user: string;
  readonly operation: MutationName;
  readonly outcome: MutationOutcome;
  /** Why it did not succeed: the code of the user error, or the reason or code of the error. */
  readonly code?: string | undefined;
  /** The id of what was to be changed, and of the team that it belongs to. */
  readonly target?: string | undefined;
  readonly team?: string | undefined;
}
/** The scopes that a field can name in `authScopes`: ours and the app's. */
type AuthScopes<T extends AppTypes = AppTypes> = TokenScopes & ProviderScopes & Part<T, 'Scopes'>;
/**
 * Kinds of data that are cached for each user (provider/cache/); `members` and `member-profile` for each of the user's teams.
 * A `public-profile` is cached once for all who see it, by the user that it is about.
 * Sessions, invitations and keys are not cached.
 */
declare const COPY_KINDS: readonly [
  'profile',
  'teams',
  'team-permissions',
  'project-permissions',
  'contact-channels',
  'notification-preferences',
  'members',
  'member-profile',
  'public-profile',
];
/** What is cached of a user's profile at one moment: another object after each change of the copy. It is only compared. */
type CachedProfile = object;
/** Counts down. A call that joins another, or is answered from the cache of this process, takes nothing. */
declare class CallBudget {
  #private;
  constructor(max: number, refuse?: RefuseCall);
  /**
   * Takes one call. Throws `AppError` `LIMIT_EXCEEDED` with `MAX_PROVIDER_CALLS` where none is left, and that of the other
   * limit where it refuses the call.
   */
  take(): void;
  /** Takes one call, or returns `false`. */
  tryTake(): boolean;
}
/** How a call to the provider ended: the kind of its `Outcome` (provider/outcomes.ts). */
type CallOutcome =
  | 'ok'
  | 'gone'
  | 'forbidden'
  | 'rejected'
  | 'unavailable'
  | 'limited'
  | 'expired'
  | 'refused';
/** How a call ended without an answer that can be read. */
type CallTrouble =
  /** No connection could be made: nothing was sent. */
  | 'connection' /** The time limit passed. */
  | 'timeout' /** The connection broke. */
  | 'broken' /** The connection carried something other than HTTP, or endless headers. */
  | 'malformed' /** The body is too large, or has a content coding that cannot be undone: the upstream did answer. */
  | 'unreadable';
/** The verified credentials that a call is made with. */
interface Caller {
  /** The user: the verified `sub` of the token. */
  readonly id: string;
  readonly token: string;
  readonly isAnonymous: boolean;
  readonly isRestricted: boolean;
}
/** What the reads of one request have in common. */
interface CallerRequest extends Caller {
  /** When the token was made (`iat`), in seconds since the epoch. */
  readonly issuedAt: number | undefined;
  readonly signal?: LightAbortSignal | undefined;
  /** Called each time that a call is sent for this request. A call that it joins is sent for another. */
  readonly onCall?: OnCall | undefined;
  readonly budget?: CallBudget | undefined;
}
/** How the work of one request is cancelled. */
interface Cancellation {
  /** Aborts when the client disconnects or the time is over. Created on first use: most requests never need it. */
  readonly signal: AbortSignal;
  /** The same for the server's own use, at a fraction of the cost of an `AbortSignal`. */
  readonly lightSignal: LightAbortSignal;
  /** Aborts the work that is still running, with this reason. */
  abort(reason: unknown): void;
  /** Stops listening for the client to disconnect. */
  end(): void;
}
/** Is called after the copies were dropped. Must not throw. */
type ChangeListener = (change: IdentityChange, source: ChangeSource) => void;
/**
 * Who tells of a change: a webhook or a mutation that this process received (`here`), another replica that did (`replica`), or a
 * call to the provider that found a copy to be outdated (`read`).
 */
type ChangeSource = 'here' | 'replica' | 'read';
/** The changes that one request makes. */
interface Changes {
  /** Sends a call of a mutation, see `sendOnce`. */
  send<T>(call: ProviderCall<T>): Promise<SentOnce<T>>;
  /** Asks what a mutation depends on, and no copy of it. */
  read<T>(call: ProviderCall<T>): Promise<Outcome<T>>;
  /** What is cached of the caller's profile, to be read before a mutation is sent. */
  cachedProfile(): CachedProfile | undefined;
  /**
   * What a mutation touched that may not have been executed. The copies of others count where a copy of the caller shows the
   * team: anyone can name a team of which nothing is known here.
   */
  perhapsTouched(touched: Touched): Touched;
  /**
   * Drops copies, of the process and of this request. A fetch that began before does not bring them back. With the fields of
   * the caller's profile as it is now, these are merged into the cached one instead.
   */
  drop(touched: Touched, profile?: ProfileAfter): void;
  /** Logs and counts a mutation of the caller. */
  audit(entry: Omit<AuditEntry, 'requestId' | 'user'>): void;
}
/** The claims of a verified access token. They are as old as the token, which is valid for ten minutes by default. */
interface Claims {
  /** The user's id (`sub`). */
  readonly id: string;
  readonly isAnonymous: boolean;
  /** True for every anonymous user as well. */
  readonly isRestricted: boolean;
  /** Why the user is restricted: the provider's own term, such as `email_not_verified`. */
  readonly restrictedReason: string | undefined;
  readonly emailVerified: boolean;
  readonly selectedTeamId: string | undefined;
  /** The session that the token was issued for (`refresh_token_id`). */
  readonly sessionId: string | undefined;
  /** In seconds since the epoch (`iat`, `exp`). */
  readonly issuedAt: number | undefined;
  readonly expiresAt: number;
}
/** The fields of a profile that the answer to a change tells. */
type ClientProfile = Omit<Profile, 'lastActiveAt'>;
/** An address at which a user can be reached. */
interface ContactChannel {
  readonly id: Uuid;
  readonly type: 'EMAIL';
  readonly value: string;
  readonly isPrimary: boolean;
  readonly isVerified: boolean;
  readonly usedForAuth: boolean;
}
/** Cached copies of the provider's data, in this process. */
interface Copies {
  /**
   * Drops what the change makes wrong, and calls the listeners. What is dropped is not served as a stale copy either, and a call
   * that began before the drop is joined by no later request and not kept.
   */
  drop(change: IdentityChange, source: ChangeSource): void;
  /** Whether the cached list of the user's teams, however old, has this team. */
  showsTeam(userId: string, teamId: string): boolean;
  cachedProfile(userId: string): CachedProfile | undefined;
  /**
   * Changes fields of the user's cached profile as a mutation left them, and calls the listeners. Where none is cached, nothing is
   * kept; its age stays as it is. `before` is what was cached before the change was asked for: where the copy is another one by
   * now, either of the two may be the newer state, and the copy is dropped.
   */
  mergeProfile(userId: string, change: Partial<ClientProfile>, before: CachedProfile | undefined): void;
  /** Adds a listener to all changes. Returns a function that removes it. */
  watch(listener: ChangeListener): () => void;
}
/** A kind of data that is cached. */
type CopyKind = (typeof COPY_KINDS)[number];
/** Creates an app's loaders for one request. */
type CreateLoaders<T extends AppTypes = AppTypes> = (context: LoaderContext<T>) => Part<T, 'Loaders'>;
/** A verified access token and its claims. The token is a secret: it is sent to the identity provider and nowhere else. */
interface Credentials {
  readonly token: string;
  readonly claims: Claims;
}
/** Each error of a variable shows its value, so the first few stand for the others. */
declare const EXECUTION_OPTIONS: {
  readonly maxCoercionErrors: 3;
};
/** What a type's extensions say of an entity. */
interface Entity {
  /** Whether it is resolved for callers without a token as well. */
  readonly isPublic: boolean;
  resolve(id: string, context: RequestContext): Found<object>;
}
/** The `extensions` of an entity's type. */
type EntityExtensions = {
  readonly entity: Entity;
};
/** Environment variables by name, as in `process.env`. */
type Environment = Readonly<Record<string, string | undefined>>;
/** What went wrong, sent to clients as `extensions.code`. docs/errors.md says what a client does about each. */
type ErrorCode =
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'BAD_REQUEST'
  | 'LIMIT_EXCEEDED'
  | 'PERSISTED_QUERY_NOT_FOUND'
  | 'PERSISTED_ONLY'
  | 'RATE_LIMITED'
  | 'OVERLOADED'
  | 'TIMEOUT'
  | 'SERVICE_UNAVAILABLE'
  | 'UPSTREAM_UNAVAILABLE'
  | 'UPSTREAM_RATE_LIMITED'
  | 'INTERNAL_SERVER_ERROR'
  | 'INVALID_CONFIGURATION';
/** Why it went wrong, in more detail than the code; sent to clients as `extensions.reason`. */
type ErrorReason =
  | 'MISSING_TOKEN'
  | 'EXPIRED_TOKEN'
  | 'INVALID_TOKEN'
  | 'CONFLICTING_TOKENS'
  | 'USER_GONE'
  | 'SERVER_ERROR'
  | 'MAX_TOKENS'
  | 'MAX_DEPTH'
  | 'MAX_ALIASES'
  | 'MAX_ROOT_FIELDS'
  | 'MAX_DIRECTIVES'
  | 'MAX_REPEATS'
  | 'MAX_COMPLEXITY'
  | 'MAX_REPRESENTATIONS'
  | 'MAX_PROVIDER_CALLS'
  | 'MAX_BODIES'
  | 'BODIES_LIMIT'
  | 'MIN_RATE'
  | 'RESPONSE_LIMIT'
  | 'MAX_STREAMS'
  | 'MAX_STREAMS_PER_USER'
  | 'ANONYMOUS_USER'
  | 'RESTRICTED_USER'
  | 'EMAIL_NOT_VERIFIED'
  | 'NOT_A_TEAM_MEMBER'
  | 'TEAM_PERMISSION_REQUIRED'
  | 'PROJECT_PERMISSION_REQUIRED'
  | 'FEATURE_DISABLED'
  | 'NO_LIVE_SESSION'
  | 'NOT_YOURSELF';
/** Each adapter has a subclass for the kind of request that it is given. */
declare abstract class Exchange {
  abstract readonly route: Route;
  readonly method: string;
  readonly path: string;
  /** By the monotonic clock, in milliseconds. */
  readonly startedAt: number;
  requestId: string;
  credentials: Credentials | undefined;
  /** The name of the operation that is executed, where the document gives it one. */
  operationName: string | undefined;
  /** Calls to the identity provider that were made for this request. */
  providerCalls: number;
  /** What they read or changed. Kept only where a step has set a list, as in development. */
  callNames: string[] | undefined;
  /** The codes of all errors in the answer, each once. */
  readonly codes: string[];
  span: RequestSpan | undefined;
  /** How far the pipeline has come: each of these happens once, whichever adapter goes on with the request. */
  admitted: boolean;
  begun: boolean;
  ended: boolean;
  /** Whether it counts against MAX_IN_FLIGHT at this moment. */
  inFlight: boolean;
  /** Of a subscription that was admitted. */
  stream: OpenStream | undefined;
  constructor({ method, path }: ExchangeOptions);
  /** A request header by its lower-case name. */
  abstract header(name: string): string | undefined;
  /** The address at the other end of the connection, if there is one. */
  abstract get peer(): string | undefined;
  /** Whether the client disconnected before the answer was sent. */
  abstract get disconnected(): boolean;
  /** Calls `listener` with a reason when the client disconnects, at once if it has. Returns a function that stops listening. */
  abstract onDisconnect(listener: (reason: unknown) => void): () => void;
  /** Closes the connection, with what the client has not read. Within the process there is none. */
  disconnect(): void;
}
/** What an exchange is created from. `path` is the path as it was sent, without the query string, or `MALFORMED_PATH`. */
interface ExchangeOptions {
  readonly method: string;
  readonly path: string;
}
/** What is executed for a request: an `Operation` of GraphQL, or the work for an answer of the REST API. */
interface Execution {
  /** Ends the work of this execution alone. */
  readonly cancellation: Cancellation;
  /** Set by the step that creates it. */
  contextValue: unknown;
}
/** The key of what `meChanged` needs. */
declare const FOLLOW_USER: unique symbol;
/** What a call to the provider can yield other than a value. Only `unavailable` counts for the breaker, only `limited` for the rate limit. */
type Failure =
  /** The user was deleted. */
  | {
      readonly kind: 'gone';
    } /** The user lacks a permission. The provider says so with 401, 403 or 404. */
  | {
      readonly kind: 'forbidden';
      readonly reason: 'TEAM_PERMISSION_REQUIRED' | 'PROJECT_PERMISSION_REQUIRED';
    } /** What was asked cannot be done. `field` is the provider's name of a field of the body. */
  | {
      readonly kind: 'rejected';
      readonly code: UserErrorCode;
      readonly field?: string | undefined;
    } /** The provider does not accept the token: it has expired, or its key has been dropped since it was verified here. */
  | {
      readonly kind: 'expired';
      readonly reason: 'EXPIRED_TOKEN' | 'INVALID_TOKEN';
    } /** The project's rate limit. `retryAfter` is in seconds. */
  | {
      readonly kind: 'limited';
      readonly retryAfter: number | undefined;
    } /** The provider refuses our keys, our project or our way of asking. */
  | {
      readonly kind: 'refused';
      readonly knownError: string;
    } /** No answer, or one that is of no use: a 5xx, a gateway's 4xx, a body that cannot be read. */
  | {
      readonly kind: 'unavailable';
      readonly cause: unknown /** A second attempt may succeed. */;
      readonly transient?: boolean /** Of the provider's answer, where that was all of it that is of use. */;
      readonly status?: number /** What the provider did, as the breaker counts it. Absent where it was not asked. */;
      readonly trouble?: Trouble;
    };
/**
 * Calls `listener` after changes of the user, once for several where they concern many users. Returns a function that ends this. A
 * read that begins after the call of `listener` shows nothing older than the change.
 */
type FollowUser = (userId: string, listener: () => void) => () => void;
/** An object of the type, or null where there is none with this id. Throw `AppError` to refuse. */
type Found<Shape extends object> = MaybePromise<Shape | null | undefined>;
/** The type parameter of Pothos' own types. */
type GraphTypes<T extends AppTypes = AppTypes> = PothosSchemaTypes.ExtendDefaultTypes<SchemaTypes<T>>;
/** Names and values in turn, as Node writes headers fastest. */
type HeaderList = readonly string[];
/** Who has a stream: a user or, without a token, an address. */
interface Holder {
  readonly key: string;
  /** The client's address, where the client is no user with an account. */
  readonly address: string | undefined;
}
/** The methods that the provider's API knows. */
type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
/**
 * A change, by what it makes wrong: copies of one user, what any copy shows of a team, what one user's copies show of it, or
 * everything, where changes may have been missed.
 */
type IdentityChange =
  | {
      readonly kind: 'user';
      readonly userId: string /** Kinds of copies; all of them where this is absent. */;
      readonly copies?: readonly CopyKind[] | undefined;
    }
  | {
      readonly kind: 'team';
      readonly teamId: string;
    }
  | {
      readonly kind: 'membership';
      readonly userId: string;
      readonly teamId: string;
    }
  | {
      readonly kind: 'all';
    };
/** Reads on behalf of the caller, as `RequestReads`. */
declare class IdentityLoader {
  #private;
  constructor(options: IdentityLoaderOptions);
  /** The profile of the caller where a copy of it is fresh. For all else, other users too, there is `loaders.profile`. */
  cachedProfile(userId: string): Profile | undefined;
  /** The caller's teams, the oldest first. */
  teams(): MaybePromise$1<readonly Team[]>;
  /** The caller's permissions in all teams, by one call. */
  teamPermissions(): MaybePromise$1<TeamPermissions>;
  /**
   * The caller's permissions in a team that is known to be one of the caller's. Before there are said to be none, a copy that may be
   * older than the membership is not trusted.
   */
  permissionsIn(teamId: string): MaybePromise$1<Permissions>;
  projectPermissions(): MaybePromise$1<Permissions>;
  contactChannels(): MaybePromise$1<readonly ContactChannel[]>;
  notificationPreferences(): MaybePromise$1<readonly NotificationPreference[]>;
  /** The caller as a member of a team. */
  memberProfile(teamId: Uuid): MaybePromise$1<TeamMember>;
  members(teamId: Uuid): MaybePromise$1<readonly TeamMember[]>;
  /** The caller's sessions, never from a copy. */
  sessions(): MaybePromise$1<readonly ActiveSession[]>;
  /** The invitations to the caller, never from a copy. */
  receivedInvitations(): MaybePromise$1<readonly TeamInvitation[]>;
  /** The open invitations of a team, never from a copy. */
  sentInvitations(teamId: Uuid): MaybePromise$1<readonly TeamInvitation[]>;
  /** The caller's keys, or those of a team, never from a copy. */
  apiKeys(teamId?: Uuid): MaybePromise$1<readonly ApiKey[]>;
  /** The caller's team of this id; `undefined` where the caller is no member. Before that, a copy that may be old is not trusted. */
  team(teamId: Uuid): MaybePromise$1<Team | undefined>;
  /** Whether the caller is a member of this team: as `team`. */
  isMember(teamId: Uuid): MaybePromise$1<boolean>;
  /** Whether the caller has this permission in this team. Before that is denied, a copy that may be old is not trusted. */
  hasTeamPermission(teamId: Uuid, id: string): MaybePromise$1<boolean>;
  /** The same for a permission in the project. */
  hasProjectPermission(id: string): MaybePromise$1<boolean>;
  /** Whether this is one of the caller's sessions, never from a copy. Impersonation sessions of support are not. */
  hasSession(sessionId: string): MaybePromise$1<boolean>;
  /** Forgets everything that the request has read, so that what is read next shows what a mutation changed. */
  clear(): void;
}
/** What the loader of one request is created from. */
interface IdentityLoaderOptions extends RequestReadsOptions {
  /** Forgets the profiles that the request has loaded. */
  readonly clearProfiles: () => void;
}
/** What is known of a kind. Methods, so that a kind of any values is one of `unknown`. */
interface Kind<T> {
  readonly name: CopyKind;
  readonly form: StoredForm<T>;
  bytesOf(value: T): number;
  /** The teams that it shows something of. */
  teamsOf?(value: T): readonly string[];
}
/** The part of `AbortSignal` that the server needs. Node's own signals fit. */
interface LightAbortSignal {
  readonly aborted: boolean;
  /** Why, once aborted. */
  readonly reason: unknown;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}
/** All loaders of a request: the server's own, and those of the app. */
type Loaders<T extends AppTypes = AppTypes> = OwnLoaders & Part<T, 'Loaders'>;
/** Marks our errors in all copies of this module: the package has one in its modules, and one in each bundle. */
declare const MARK: unique symbol;
/** Every mutation of ours. Those of an app are not among them. */
declare const MUTATION_NAMES: readonly [
  'updateMe',
  'deleteMe',
  'signOut',
  'revokeSession',
  'createTeam',
  'updateTeam',
  'deleteTeam',
  'leaveTeam',
  'removeTeamMember',
  'updateTeamProfile',
  'inviteToTeam',
  'revokeTeamInvitation',
  'acceptTeamInvitation',
  'addContactChannel',
  'updateContactChannel',
  'removeContactChannel',
  'sendContactChannelVerification',
  'verifyContactChannel',
  'createApiKey',
  'revokeApiKey',
  'setNotificationPreference',
];
/**
 * A JSON object that a project stores with a user or a team. It is kept as text: small, its size is known, and no request can
 * change what another is shown. Without `json` it is larger than what is kept.
 */
interface Metadata {
  readonly json: string | undefined;
}
/** The name of a mutation of ours. */
type MutationName = (typeof MUTATION_NAMES)[number];
/**
 * How a mutation of ours ended. `unavailable` is an unknown outcome: it was sent, and may have been executed. `not-sent` is
 * one that was not, since its client had left, a limit was reached, or calls to the provider are paused.
 */
type MutationOutcome = CallOutcome | 'not-sent';
/** Whether e-mails of a category are sent to the user. */
interface NotificationPreference {
  readonly categoryId: Uuid;
  readonly categoryName: string;
  readonly enabled: boolean;
  /** The provider does not enforce it: check it before switching a category off. */
  readonly canDisable: boolean;
}
/** An account at another provider that the user can sign in with. */
interface OAuthProvider {
  readonly id: string;
  readonly accountId: string;
  readonly email: string | undefined;
}
/** Is given the name of a call that is sent. */
type OnCall = (name: string) => void;
/** A stream from the moment when it is admitted. */
declare class OpenStream {
  #private;
  readonly holder: Holder;
  /** When the token expires, by the monotonic clock. */
  readonly expiresAt: number;
  /** Whether its source has started: until then the request may still be refused. */
  started: boolean;
  /** Events that have been executed. */
  events: number;
  ended: StreamEnd | undefined;
  /** What the last event says, where the stream does not simply complete. */
  error: unknown;
  /** Calls `released` when it ends, before the listener. */
  constructor(holder: Holder, expiresAt: number, released: () => void);
  /** Ends the stream; only the first call counts. */
  end(how: StreamEnd, error?: unknown): void;
  /** Ends a stream that the client does not accept, which is known only once its source has started. */
  refuse(): void;
  /** Calls `listener` when the stream ends, at once if it has. It replaces the listener before it. */
  onEnd(listener: () => void): void;
}
/** An operation that has been parsed and validated. For a subscription, one event is an operation. */
interface Operation extends Execution {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operationName: string | undefined;
  readonly variableValues: Readonly<Record<string, unknown>>;
  readonly rootValue: unknown;
  readonly options: typeof EXECUTION_OPTIONS;
}
/** The server's own loaders, each created on first use. */
interface OwnLoaders {
  /** The client that all loaders share, with the request's budget of calls. */
  readonly [REQUEST_PROVIDER]: RequestProvider;
  /** Throws `AppError` `UNAUTHENTICATED` where the request has no token. */
  readonly profile: ProfileLoader;
  /** The caller's teams, permissions, sessions and so on. Throws as `profile` does. */
  readonly identity: IdentityLoader;
  /** Names and images of users by id, for types of the app such as the author of a note. Throws as `profile` does. */
  readonly publicProfile: PublicProfileLoader;
}
/** Reads the JSON of a successful answer. Throws where it does not have the expected shape or is about another user. */
type Parse<T> = (body: unknown, question: Question) => T;
/** One part of an app's types; empty where the app has none. */
type Part<T extends AppTypes, K extends keyof AppTypes> = T[K] extends object ? T[K] : Record<never, never>;
/** Ids of permissions, contained ones included, each once and sorted. */
type Permissions = readonly string[];
/** A user's profile, without the data that the provider gives to servers only. Its size is bounded (bounded.ts). */
interface Profile {
  readonly id: string;
  readonly displayName: string | undefined;
  readonly email: string | undefined;
  readonly emailVerified: boolean;
  readonly profileImageUrl: string | undefined;
  readonly signedUpAt: Date;
  readonly lastActiveAt: Date;
  readonly hasPassword: boolean;
  readonly oauthProviders: readonly OAuthProvider[];
  readonly clientMetadata: Metadata | undefined;
  readonly clientReadOnlyMetadata: Metadata | undefined;
  readonly selectedTeam: Team | undefined;
}
/** The fields of the caller's profile as a mutation left them, and what was cached of it when the mutation was sent. */
interface ProfileAfter {
  readonly fields: Partial<ClientProfile>;
  readonly before: CachedProfile | undefined;
}
/** Loads profiles by user id. Only one id is allowed: the verified `sub`. */
type ProfileLoader = DataLoader<string, Profile>;
/** One call. `path` is below `/api/v1`. */
interface ProviderCall<T> extends Question {
  readonly parse: Parse<T>;
  /** `client` acts with the caller's own rights and without the secret key. `server` may do anything to any user. */
  readonly access: 'client' | 'server';
  /** The user that the call is made for: the token is sent unless the call is `withoutToken`, and the call counts against this user's share. */
  readonly caller?: Caller | undefined;
  /** Bytes of the answer, for lists that may have thousands of items; else those of the client. */
  readonly maxBody?: number;
  /** Sent as JSON by every method but GET. */
  readonly body?: unknown;
  /** What is read or changed, such as `teams`: also the name of the call's span. */
  readonly name?: string;
  /** Called each time that the call is sent. */
  readonly onCall?: OnCall | undefined;
  /** Is given the `Date` of each answer, by the provider's clock. */
  readonly onDate?: ((date: string | undefined) => void) | undefined;
  /** A second attempt counts as a call of its own. */
  readonly budget?: CallBudget | undefined;
}
/** A path below `/api/v1` that was made by the tag `path`. */
type ProviderPath = string & {
  readonly [checked$1]: true;
};
/** Scopes with a value that every app has. */
interface ProviderScopes {
  /** A permission in the project, by its id. */
  projectPermission: string;
  /** A member of the team with this id. */
  teamMember: string;
  /** A permission in a team. */
  teamPermission: TeamPermission;
  /** Named with `true`: the session of the token has not ended. */
  liveSession: boolean;
}
/** Loads public profiles by user id; `null` where there is no such user. */
type PublicProfileLoader = DataLoader<string, PublicProfile | null>;
/** What was asked, as far as its outcome depends on it. */
interface Question {
  readonly method: HttpMethod;
  readonly path: ProviderPath;
  readonly caller?:
    | {
        readonly id: string;
      }
    | undefined;
  /** The call is not about its caller: the token is not sent. */
  readonly withoutToken?: true;
  /** A 500 may be a refusal: so the provider answers where a thing that is to be ended has ended before (contract, IDENTITY 2.1). */
  readonly ambiguous500?: true;
}
/** A key that no loader of an app can have. */
declare const REQUEST_PROVIDER: unique symbol;
/** An outcome, and whether it is a copy of the second layer, which may be old. */
type ReadOutcome<T> = Outcome<T> & {
  readonly isCopy?: true;
};
/**
 * Reads of the provider's data of users. No read throws for trouble of the provider; each rejects with the signal's reason
 * where that aborts first, and with `AppError` `LIMIT_EXCEEDED` or `RATE_LIMITED` where the request may make no further call.
 */
interface Reads {
  /** The copies that the reads use, to be dropped and changed. */
  readonly copies: Copies;
  /** The fresh copy, where there is one. */
  fresh<T>(kind: UserKind<T>, request: CallerRequest): T | undefined;
  freshOfTeam<T>(kind: TeamKind<T>, request: CallerRequest, teamId: Uuid): T | undefined;
  fetch<T>(kind: UserKind<T>, request: CallerRequest): Promise<ReadOutcome<T>>;
  fetchOfTeam<T>(kind: TeamKind<T>, request: CallerRequest, teamId: Uuid): Promise<ReadOutcome<T>>;
  /** The copy of another user: its age alone counts, whatever the token of the caller. */
  fetchAbout<T>(kind: SharedKind<T>, request: CallerRequest, userId: Uuid): Promise<ReadOutcome<T>>;
  /**
   * Asks the provider although a copy is fresh, before something is refused by it. `undefined` where the copy is at most
   * `RECHECK_AGE` old, or where the provider was asked so within that time.
   */
  recheck<T>(kind: UserKind<T>, request: CallerRequest): Promise<ReadOutcome<T>> | undefined;
}
/** A reason of this server, or one that an app defines for its own errors. */
type Reason = ErrorReason | (string & {});
/** Another limit that a request shares with others: returns the error of a call that may not be made. */
type RefuseCall = () => AppError | undefined;
/** The client for one request. */
interface RequestProvider {
  readonly budget: CallBudget;
  /** As `Provider.call`, with the request's signal and budget, and its caller where the call names none. */
  call<T>(options: ProviderCall<T>): Promise<Outcome<T>>;
  /** The same for a mutation, see send-once.ts. */
  sendOnce<T>(options: ProviderCall<T>): Promise<SentOnce<T>>;
}
/** What the reads of one request are created from. */
interface RequestReadsOptions {
  readonly reads: Reads;
  readonly provider: RequestProvider;
  readonly request: CallerRequest;
}
/** What the calls of one request, or of one event of a subscription, have in common. */
interface RequestScope {
  readonly caller?: Caller | undefined;
  readonly signal?: LightAbortSignal | undefined;
  readonly onCall?: OnCall | undefined;
  readonly refuseCall?: RefuseCall | undefined;
}
/** The span of one request. It is active only inside `run`. */
interface RequestSpan {
  /** Runs work in a child of this span, which is active until the work ends. */
  run<T>(name: string, work: () => T): T;
  /** Records work that has just started as a child of this span. */
  record(name: string, work: Promise<unknown>): void;
  end(attributes: SpanAttributes): void;
}
/** A result whose errors may still be those that were thrown. */
interface Result {
  readonly data?: ExecutionResult['data'];
  readonly errors?: readonly unknown[] | undefined;
  readonly extensions?: ExecutionResult['extensions'];
}
/** What a request is for. */
type Route = 'graphql' | 'rest' | 'webhook' | 'page' | 'health' | 'preflight' | 'unknown';
/** A rule for each scope of an app. */
type Rules<T extends AppTypes = AppTypes> = {
  readonly [Name in keyof Part<T, 'Scopes'>]: Rule<Part<T, 'Scopes'>[Name], T>;
};
/** The schema's type parameters: what resolvers receive, and what scalars are in code. */
interface SchemaTypes<T extends AppTypes = AppTypes> {
  Context: RequestContext<T>;
  AuthScopes: AuthScopes<T>;
  /** Behind any of the scopes `user` is defined, and the compiler knows it. */
  AuthContexts: { readonly [Name in keyof AuthScopes<T>]: SignedInContext<T> };
  /** Scopes named together must all hold: `{ member: true, emailVerified: true }` asks for both. */
  DefaultAuthStrategy: 'all';
  /** A field is non-null unless it says otherwise: those that can fail alone say so. */
  DefaultFieldNullability: false;
  Scalars: {
    DateTime: {
      Input: Date;
      Output: Date;
    };
    JSONObject: {
      Input: object;
      Output: object;
    };
  };
}
/** A mutation that came to its end. `wasSent` says that the provider may have executed it, whatever the outcome. */
interface SentOnce<T> {
  readonly outcome: Outcome<T>;
  readonly wasSent: boolean;
}
/** A kind of which there is one copy of each user for all who may see it. */
interface SharedKind<T> extends Kind<T> {
  readonly callAbout: (userId: Uuid) => ProviderCall<T>;
  /** The value for a user that the provider does not know. */
  readonly unknown: T;
}
/** The context behind any scope. */
type SignedInContext<T extends AppTypes = AppTypes> = RequestContext<T> & {
  readonly user: Claims;
};
/** Attributes of a span. They must not contain private data such as a user, a token or a variable. */
type SpanAttributes = Readonly<Record<string, string | number | undefined>>;
/** The stored form of a kind. Methods, so that a form of any values is one of `unknown`. */
interface StoredForm<T> {
  /** What `JSON.stringify` takes. */
  toJson(value: T): unknown;
  /** Throws where it is no value of the kind. */
  fromJson(json: unknown): T;
}
/**
 * How a stream ended: its source ended or failed, its token expired, its user was deleted, the process shuts down, or its client
 * disconnected.
 */
type StreamEnd = 'completed' | 'failed' | 'expired' | 'deleted' | 'draining' | 'client';
/** A team, as its members may see it. */
interface Team {
  readonly id: Uuid;
  readonly displayName: string;
  readonly profileImageUrl: string | undefined;
  readonly clientMetadata: Metadata | undefined;
  readonly clientReadOnlyMetadata: Metadata | undefined;
}
/** An invitation that can still be accepted. Its code is only in the e-mail. */
interface TeamInvitation {
  readonly id: Uuid;
  readonly teamId: Uuid;
  readonly teamDisplayName: string | undefined;
  readonly recipientEmail: string | undefined;
  readonly expiresAt: Date | undefined;
}
/** A kind of which a user has a copy for each team. */
interface TeamKind<T> extends Kind<T> {
  readonly callOf: (teamId: Uuid) => ProviderCall<T>;
}
/** A user as a member of a team. Without an own name in the team the provider tells the name of the user. */
interface TeamMember {
  readonly teamId: Uuid;
  readonly userId: Uuid;
  readonly displayName: string | undefined;
  readonly profileImageUrl: string | undefined;
}
/** A permission in a team of the caller. */
interface TeamPermission {
  readonly teamId: string;
  readonly id: string;
}
/** The permissions in each team, by its id. A team without any is absent. */
type TeamPermissions = ReadonlyMap<string, Permissions>;
/** The scopes that every app has, each named with `true`. */
interface TokenScopes {
  /** Any verified token. */
  authenticated: boolean;
  /** A user with an account in good standing: neither anonymous nor restricted. */
  member: boolean;
  /** A user whose token says that the e-mail address is verified. */
  emailVerified: boolean;
}
/** Copies that a mutation makes wrong. */
interface Touched {
  /** Kinds of the caller's own copies, or all of them. */
  readonly own?: readonly CopyKind[] | 'all' | undefined;
  /** A team: the copies of every user whose copy has it. */
  readonly team?: string | undefined;
  /** The membership of another user. */
  readonly membership?:
    | {
        readonly userId: string;
        readonly teamId: string;
      }
    | undefined;
}
/** How the provider failed a call: `answer` is a status of no use, `ambiguous` a 500 that may be the answer to what was asked. */
type Trouble = CallTrouble | 'answer' | 'ambiguous';
/** Why a user's request cannot be fulfilled: returned as data, in the `errors` of a mutation's payload. */
type UserErrorCode =
  | 'INVALID_INPUT'
  | 'FEATURE_DISABLED'
  | 'NOT_FOUND'
  | 'EMAIL_IN_USE'
  | 'EMAIL_ALREADY_ADDED'
  | 'EMAIL_ALREADY_VERIFIED'
  | 'CODE_INVALID'
  | 'CODE_EXPIRED'
  | 'CODE_ALREADY_USED'
  | 'INVITATION_NOT_FOUND'
  | 'INVITATION_NOT_FOR_RESTRICTED_USERS'
  | 'REDIRECT_URL_NOT_TRUSTED'
  | 'CANNOT_REVOKE_CURRENT_SESSION'
  | 'NOT_A_TEAM_MEMBER';
/** A kind of which a user has one copy. */
interface UserKind<T> extends Kind<T> {
  readonly call: ProviderCall<T>;
}
/** A UUID in lower case. */
type Uuid = string & {
  readonly [checked]: true;
};
/**
 * A handler of one type of event. The provider sends an event again, up to hours later, where the handler fails or takes too long:
 * a second run of the same event must do no harm.
 */
type WebhookHandler<T extends AppTypes> = (
  event: WebhookEvent,
  context: WebhookContext<T>,
) => void | Promise<void>;
/** Handlers by the type of their event, such as `user.deleted`. */
type WebhookHandlers<T extends AppTypes = AppTypes> = Readonly<Record<string, WebhookHandler<T>>>;
/** Writes a line to the server's log: what it is about and a message, or a message alone. */
interface WriteAppLine {
  (about: object, message: string): void;
  (message: string): void;
}
declare const checked$1: unique symbol;
declare const checked: unique symbol;

export {
  type App,
  AppError,
  AppServer,
  type AppTypes,
  type Builder,
  type CallOptions,
  createSchema,
  createServer,
  createSubgraph,
  defineApp,
  entity,
  forgetScopes,
  type LoaderContext,
  type Outcome,
  type Provider,
  type PublicProfile,
  path$1 as path,
  publicEntity,
  publicFieldsOf,
  type Ref,
  type Refs,
  type Refusal,
  type RequestContext,
  type Rule,
  RunningServer,
  type SourceDeps,
  type Step,
  type Subgraph,
  startServer,
  toAppError,
  type WebhookContext,
  type WebhookEvent,
};

// The resolvers' context: created for each execution, released when the execution has ended.
import type { Services } from '../process/services.ts';
import { PROFILE } from '../provider/cache/kinds.ts';
import { toAppError } from '../provider/outcome-error.ts';
import { limitAnonymousCalls } from '../rate-limit/anonymous-calls.ts';
import type { Cancellation } from '../request/cancellation.ts';
import { createContext, type ReleasableContext } from '../request/context.ts';
import type { CreateLoaders } from '../request/loaders.ts';
import { StreamReads } from '../request/stream-reads.ts';
import { clientAddressOf } from './client-address.ts';
import type { Exchange } from './exchange.ts';
import type { OpenStream } from './open-stream.ts';
import type { Step } from './step.ts';

/** Creates the context of one execution. */
export type CreateContext = (exchange: Exchange, cancellation: Cancellation) => ReleasableContext;

/** What an app adds to every context. */
export interface AppParts {
  readonly sources: object;
  readonly createLoaders: CreateLoaders | undefined;
}

/** The services that contexts use. */
type ContextServices = ReadingServices &
  Pick<Services, 'audit' | 'provider' | 'rates' | 'readAddress' | 'userChanges'>;

type ReadingServices = Pick<Services, 'fetchProfile' | 'reads'>;

/** Creates contexts that use the process's services. */
export function createContextFactory(
  services: ContextServices,
  { sources, createLoaders }: AppParts,
): CreateContext {
  return (exchange, cancellation) => {
    const { requestId, credentials } = exchange;
    const limit = credentials?.claims.isAnonymous
      ? limitAnonymousCalls(services.rates.anonymousCalls, () =>
          clientAddressOf(exchange, services.readAddress),
        )
      : undefined;
    const onUpstreamCall = (name: string) => {
      exchange.providerCalls += 1;
      exchange.callNames?.push(name);
      limit?.spend();
    };
    const { reads, fetchProfile } = exchange.stream?.started
      ? readsOfStream(exchange.stream, services)
      : services;
    return createContext({
      provider: services.provider,
      fetchProfile,
      audit: services.audit,
      reads,
      followUser: services.userChanges.follow,
      sources,
      createLoaders,
      cancellation,
      requestId,
      credentials,
      onUpstreamCall,
      refuseCall: limit?.refuseCall,
    });
  };
}

/** The reads of one event. */
function readsOfStream(stream: OpenStream, services: ContextServices): ReadingServices {
  const reads = new StreamReads({
    reads: services.reads,
    changes: services.userChanges,
    onGone: () => stream.end('deleted', toAppError({ kind: 'gone' })),
  });
  return { reads, fetchProfile: (request) => reads.fetch(PROFILE, request) };
}

/** Gives each execution a context, and releases it when the execution has ended, however late. */
export function context(create: CreateContext): Step {
  return {
    name: 'context',
    execute(operation, next, exchange) {
      const created = create(exchange, operation.cancellation);
      operation.contextValue = created;
      const release = () => created.release();
      let result: ReturnType<typeof next> | undefined;
      try {
        result = next();
      } finally {
        if (!(result instanceof Promise)) release();
      }
      if (result instanceof Promise) result.then(release, release);
      return result;
    },
  };
}

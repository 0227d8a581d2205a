// An app in a running server: its schema built, its sources started.
import type { GraphQLSchema } from 'graphql';
import type { Config } from '../core/config/config.ts';
import type { Step } from '../pipeline/step.ts';
import type { AppTypes } from '../request/app-types.ts';
import type { CreateLoaders } from '../request/loaders.ts';
import type { App, SourceDeps } from './app.ts';
import { createSchema } from './app-schema.ts';
import { createSubgraph } from './subgraph.ts';
import type { WebhookHandlers } from './webhook-handlers.ts';

/** What a server is made from, and what must be closed after its last request. */
export interface StartedApp {
  readonly schema: GraphQLSchema;
  readonly sources: object;
  readonly createLoaders: CreateLoaders | undefined;
  readonly steps: readonly Step[];
  readonly webhooks: WebhookHandlers | undefined;
  /** Closes every source, the last one first. Rejects after all of them, where one could not be closed. */
  closeSources(): Promise<void>;
}

/** Starts an app, as a subgraph where that is enabled. Rejects with what its `schema` or `sources` throws; then no source of it is left open by us. */
export async function startApp<T extends AppTypes>(
  app: App<T>,
  deps: SourceDeps,
  federation?: Config['federation'],
): Promise<StartedApp> {
  const schema = federation?.enabled ? (await createSubgraph(app, federation)).schema : createSchema(app);
  const { loaders, steps = [], webhooks } = app as unknown as App;
  const sources: object = (await app.sources?.(deps)) ?? {};
  return {
    schema,
    sources,
    createLoaders: loaders,
    steps,
    webhooks,
    closeSources: () => closeInReverse(sources),
  };
}

async function closeInReverse(sources: object): Promise<void> {
  const errors: unknown[] = [];
  for (const [name, source] of Object.entries(sources).reverse()) {
    try {
      if (isClosable(source)) await source.close();
    } catch (cause) {
      errors.push(new Error(`The source ${name} could not be closed`, { cause }));
    }
  }
  if (errors.length > 0) throw new AggregateError(errors, 'Not every source could be closed');
}

function isClosable(source: unknown): source is { close(): unknown } {
  return (
    typeof source === 'object' && source !== null && 'close' in source && typeof source.close === 'function'
  );
}

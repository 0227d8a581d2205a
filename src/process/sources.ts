// Your data sources: what lives as long as the process, besides what the server itself needs.
import type { Config } from '../core/config/config.ts';
import type { Logger } from '../core/logger.ts';
import type { Provider } from '../provider/client.ts';

/** Your data sources by name; resolvers have them as `sources`. A file for each belongs into the folder sources/. */
export interface Sources {
  /** Ends them, after the last request. */
  close(): Promise<void>;
}

/** What they are made from. */
export interface SourcesOptions {
  readonly config: Config;
  readonly logger: Logger;
  /** The identity provider's REST API. */
  readonly provider: Provider;
}

/** Starts them. Nobody waits for them here: what must connect does so when it is first asked. */
export function startSources(_options: SourcesOptions): Sources {
  return {
    async close() {},
  };
}

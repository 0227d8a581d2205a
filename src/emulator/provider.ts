// The state of one emulator.
import type { Project } from './project.ts';

/** The state that lives as long as one emulator. */
export interface Provider {
  /** Its address, without a trailing slash; issuers of its tokens begin with it. */
  readonly url: string;
  /** The clock, in milliseconds. */
  readonly now: () => number;
  /** Seconds. */
  readonly accessTokenLifetime: number;
  /** Issuer URLs (without path) that it accepts, as the provider accepts both of its brands (contract 7). */
  readonly issuerBases: readonly string[];
  readonly main: Project;
  /** The dashboard's own project, used for tokens of another project. */
  readonly internal: Project;
}

/** The provider's two brands. The issuer of a token is the host that the frontend called (contract 7). */
export const BRANDS: readonly string[] = ['https://api.stack-auth.com', 'https://api.hexclave.com'];

/** The project with this id, if it exists. */
export function findProject(provider: Provider, id: string): Project | undefined {
  return [provider.main, provider.internal].find((project) => project.id === id);
}

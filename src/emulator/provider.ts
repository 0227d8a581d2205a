import type { Project } from './project.ts';

/** All that lives as long as one emulator. */
export interface Provider {
  /** Where it is reached, without a trailing slash; the base of the issuers of its tokens. */
  readonly url: string;
  /** The clock, in milliseconds. */
  readonly now: () => number;
  /** Seconds. */
  readonly accessTokenLifetime: number;
  /** Bases of issuers that it takes for its own, as the provider takes both of its brands (contract 7). */
  readonly issuerBases: readonly string[];
  readonly main: Project;
  /** The dashboard's own project, here for tokens of another project. */
  readonly internal: Project;
}

/** The provider's two brands: a token carries the host that the frontend called (contract 7). */
export const BRANDS: readonly string[] = ['https://api.stack-auth.com', 'https://api.hexclave.com'];

/** The project of an id, if there is one. */
export function findProject(provider: Provider, id: string): Project | undefined {
  return [provider.main, provider.internal].find((project) => project.id === id);
}

// The principal as a class with private fields: who has one has verified its token, and printing it shows no secret.
import type { Credentials } from '../../auth/authenticate.ts';
import type { AuthServices } from '../../process/auth-services.ts';
import type { Principal, User } from './types.ts';

/** The services that the library needs of the inner factory. */
export type NeededServices = Pick<
  AuthServices,
  'authenticate' | 'close' | 'fetchProfile' | 'health' | 'provider' | 'rates' | 'reads'
>;

/** What a principal was made with. */
export interface Origin {
  readonly services: NeededServices;
  readonly credentials: Credentials;
  /** The key by which its client is counted, where the address is known. */
  readonly address: string | undefined;
}

/** A principal that `authenticate` made. */
export class VerifiedPrincipal implements Principal {
  readonly user: User;
  readonly #origin: Origin;

  constructor(origin: Origin) {
    this.user = origin.credentials.claims;
    this.#origin = origin;
    Object.freeze(this);
  }

  get token(): string {
    return this.#origin.credentials.token;
  }

  /** `undefined` for an object that was made elsewhere: it could name any user. */
  static originOf(principal: unknown): Origin | undefined {
    return typeof principal === 'object' && principal !== null && #origin in principal
      ? principal.#origin
      : undefined;
  }
}

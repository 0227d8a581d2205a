// The principal as a class with private fields: who has one has verified its token, and printing it shows no secret.
import type { Credentials } from '../../auth/authenticate.ts';
import type { Log } from '../../core/log.ts';
import type { Audit } from '../../process/audit-log.ts';
import type { AuthServices } from '../../process/auth-services.ts';
import type { Principal, User } from './types.ts';

/** The services that the library needs: those of the inner factory, and the audit of mutations. */
export interface NeededServices
  extends Pick<
    AuthServices,
    'authenticate' | 'close' | 'fetchProfile' | 'health' | 'provider' | 'rates' | 'reads'
  > {
  readonly audit: Audit;
}

/** What a principal was made with. */
export interface Origin {
  readonly services: NeededServices;
  readonly credentials: Credentials;
  /** The key by which its client is counted, where the address is known. */
  readonly address: string | undefined;
  readonly logger: Log;
  /** Set by adapters whose contexts `./pothos` takes. */
  readSignal?: ReadSignal;
  /**
   * What `./pothos` keeps for the request of the principal. It is a property since the values of a WeakMap outlive collections of
   * the young generation.
   */
  kept?: object;
}

/** The signal of a client's disconnect, where the server has one. */
export type ReadSignal = () => AbortSignal | undefined;

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

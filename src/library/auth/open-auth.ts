// An `Auth` over the services of the inner factory.
import type { Log } from '../../core/log.ts';
import { addressKeyOf } from './address-key.ts';
import { headerReaderOf } from './header-reader.ts';
import { foreignPrincipal, loadProfile } from './load-profile.ts';
import { logInternal } from './log.ts';
import { quiet } from './quiet.ts';
import type { Auth, HeaderSource, Principal, Profile } from './types.ts';
import { type NeededServices, VerifiedPrincipal } from './verified-principal.ts';

/** Creates it. Its `close` closes the services. */
export function openAuth(services: NeededServices, logger: Log): Auth {
  let closing: Promise<void> | undefined;

  async function authenticate(
    from: HeaderSource,
    options?: { readonly address?: string | undefined },
  ): Promise<Principal | undefined> {
    const given = options?.address;
    const address = given ? addressKeyOf(given) : undefined;
    const credentials = await services.authenticate(
      headerReaderOf(from),
      address === undefined ? undefined : () => address,
    );
    return credentials && new VerifiedPrincipal({ services, credentials, address, logger });
  }

  async function load(principal: Principal, signal: AbortSignal | undefined): Promise<Profile> {
    const origin = VerifiedPrincipal.originOf(principal);
    try {
      if (origin?.services !== services) throw foreignPrincipal();
      return await loadProfile(origin, signal);
    } catch (error) {
      logInternal(logger, error);
      throw error;
    }
  }

  return {
    authenticate,
    profile: (principal, options) => quiet(load(principal, options?.signal)),
    health() {
      const { status, degraded } = services.health.readiness();
      return { ready: status === 'ready', degraded };
    },
    close() {
      services.health.drain();
      closing ??= services.close();
      return closing;
    },
  };
}

// What a project permits.
import { z } from 'zod';

/** A change of the settings of a project; absent ones keep their value. */
export const settingsPatchSchema = z.strictObject({
  /** Users without a verified e-mail address are restricted (M 42-47). */
  requireEmailVerification: z.boolean().exactOptional(),
  /** Access type `client` needs the publishable client key (M 771 773). */
  requirePublishableClientKey: z.boolean().exactOptional(),
  /** Users create teams (M 508). */
  clientTeamCreation: z.boolean().exactOptional(),
  /** Users delete their own account (M 509). */
  clientUserDeletion: z.boolean().exactOptional(),
  /** API keys of users (M 693). */
  userApiKeys: z.boolean().exactOptional(),
  /** API keys of teams. */
  teamApiKeys: z.boolean().exactOptional(),
  /** Origins that links in e-mails may lead to (M 609 651). */
  trustedDomains: z.array(z.url()).readonly().exactOptional(),
  /** Links in e-mails may lead to localhost, whatever the trusted domains are. */
  allowLocalhost: z.boolean().exactOptional(),
});

/** A change that {@link settingsPatchSchema} accepts. */
export type SettingsPatch = Readonly<z.infer<typeof settingsPatchSchema>>;

/** The settings of a project. */
export type Settings = Required<SettingsPatch>;

/**
 * The settings that every emulator starts with. The provider starts with all features off; here they are on, so that each
 * can be tried in development.
 */
export const DEFAULT_SETTINGS: Settings = {
  requireEmailVerification: false,
  requirePublishableClientKey: false,
  clientTeamCreation: true,
  clientUserDeletion: true,
  userApiKeys: true,
  teamApiKeys: true,
  trustedDomains: [],
  allowLocalhost: true,
};

/** Whether a link in an e-mail may lead to this URL. */
export function isTrustedUrl({ trustedDomains, allowLocalhost }: Settings, url: string): boolean {
  const { origin, hostname } = new URL(url);
  if (allowLocalhost && LOCALHOST.test(hostname)) return true;
  return trustedDomains.some((domain) => new URL(domain).origin === origin);
}

const LOCALHOST = /^(localhost|.+\.localhost|127\.0\.0\.1|\[::1\])$/;

// Whether links in the provider's e-mails may lead to the frontend: the `callbackUrl` of inviteToTeam and
// sendContactChannelVerification must be of a host that the project trusts.
import { z } from 'zod';
import type { Config } from '../../core/config/config.ts';
import { type Finding, quote, skipped } from './finding.ts';
import type { Project } from './read-project.ts';

const domainsSchema = z.array(z.object({ domain: z.string() }));

/** Hosts of a developer's machine. Whether the project trusts them the provider does not say. */
const LOCALHOST = /^(localhost|.+\.localhost|127\.0\.0\.1|\[::1\])$/;

/** Checks the origins of the frontend: the one that was given, and those that CORS_ORIGINS lists. */
export function checkRedirects(
  { config }: Pick<Project, 'config'>,
  { origin, corsOrigins }: { readonly origin: string | undefined } & Pick<Config, 'corsOrigins'>,
): Finding {
  const check = 'redirects';
  const domains = domainsSchema.safeParse(config['domains']);
  if (!domains.success) return skipped(check, 'The provider does not say which hosts the project trusts.');
  const trusted = domains.data.map(({ domain }) => domain);
  const pages = pagesOf(origin === undefined ? corsOrigins : [origin, ...corsOrigins]);
  const remote = pages.filter(({ hostname }) => !LOCALHOST.test(hostname));
  if (pages.length === 0)
    return skipped(
      check,
      'No origin of a page is known.',
      'Pass the origin of your page: --origin https://app.example.com',
    );
  if (remote.length === 0)
    return skipped(check, 'The provider does not say whether the project trusts localhost.');
  const refused = remote.filter((page) => !trusted.some((domain) => isTrusted(page, domain)));
  const details = { trusted: trusted.map(quote), refused: refused.map((page) => page.origin) };
  if (refused.length === 0) {
    return {
      check,
      status: 'ok',
      code: 'REDIRECTS_TRUSTED',
      message: `Links in e-mails may lead to ${remote.map((page) => page.origin).join(', ')}.`,
      details,
    };
  }
  return {
    check,
    status: 'warning',
    code: 'REDIRECTS_NOT_TRUSTED',
    message: `The project does not trust ${details.refused.join(', ')}: a callbackUrl there gets REDIRECT_URL_NOT_TRUSTED.`,
    remedy:
      'If links of invitations and verifications lead there, add it to the trusted domains in the dashboard.',
    details,
  };
}

function pagesOf(origins: readonly string[]): URL[] {
  const pages = origins.filter((origin) => URL.canParse(origin)).map((origin) => new URL(origin));
  const web = pages.filter(({ protocol }) => protocol === 'https:' || protocol === 'http:');
  return web.filter((page, index) => web.findIndex((other) => other.origin === page.origin) === index);
}

/** In a trusted domain `*` stands for one label or a part of it, `**` for any. */
function isTrusted(page: URL, domain: string): boolean {
  const origin = URL.canParse(domain) ? new URL(domain).origin : domain;
  const pattern = origin
    .split('**')
    .map((part) => part.split('*').map(escapeRegExp).join('[^.]*'))
    .join('.*');
  return new RegExp(`^${pattern}$`).test(page.origin);
}

function escapeRegExp(text: string): string {
  return text.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
}

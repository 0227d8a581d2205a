// Where links in e-mails lead.
import { KnownError } from './known-errors.ts';
import type { Project } from './project.ts';
import { isTrustedUrl } from './settings.ts';

/** Throws `REDIRECT_URL_NOT_WHITELISTED` (M 609 651). */
export function requireTrustedUrl({ settings }: Project, url: string): void {
  if (isTrustedUrl(settings, url)) return;
  throw new KnownError(
    'REDIRECT_URL_NOT_WHITELISTED',
    'Redirect URL not whitelisted. Did you forget to add this domain to the trusted domains list?',
  );
}

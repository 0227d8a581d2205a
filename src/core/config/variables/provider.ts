// The provider and the project.
import { z } from 'zod';
import { projectId, publishableClientKey, secretServerKey } from '../project-keys.ts';
import { proxyUrl, secureUrl, url, webhookSecret } from '../variable-types.ts';
import type { Variable } from './variable.ts';

/** The rows of this section. */
export const PROVIDER = [
  {
    name: 'STACK_PROJECT_ID',
    key: 'projectId',
    parser: projectId,
    meaning: 'The project whose tokens are accepted; it determines audience, issuer and key set',
  },
  {
    name: 'STACK_SECRET_SERVER_KEY',
    key: 'secretServerKey',
    parser: secretServerKey,
    meaning: 'Authorizes calls to the provider; tokens are verified without it',
  },
  {
    name: 'STACK_PUBLISHABLE_CLIENT_KEY',
    key: 'publishableClientKey',
    parser: publishableClientKey.optional(),
    meaning: 'Sent to the provider when set; the provider does not require it from a server',
  },
  {
    name: 'STACK_API_URL',
    key: 'apiUrl',
    parser: secureUrl.prefault('https://api.stack-auth.com'),
    meaning: 'The base URL of the provider without `/api/v1`, for a self-hosted provider or the other brand',
  },
  {
    name: 'STACK_ISSUER_URL',
    key: 'issuerUrl',
    parser: url.optional(),
    meaning:
      'The origin in the `iss` of tokens, if browsers reach the provider by another name than this server',
  },
  {
    name: 'STACK_WEBHOOK_SECRET',
    key: 'webhookSecret',
    parser: webhookSecret.optional(),
    meaning:
      "Receive the provider's events at `/webhooks`, and drop what is cached of a user or team that has changed; two secrets while one replaces the other",
  },
  {
    name: 'HTTPS_PROXY',
    key: 'proxy.https',
    parser: proxyUrl.optional(),
    meaning: 'The proxy through which the provider is called, if `STACK_API_URL` is https',
  },
  {
    name: 'HTTP_PROXY',
    key: 'proxy.http',
    parser: proxyUrl.optional(),
    meaning: 'The same if it is http; also for https where `HTTPS_PROXY` is not set',
  },
  {
    name: 'NO_PROXY',
    key: 'proxy.exceptions',
    parser: z
      .string()
      .describe('host names, separated by commas; a name includes its subdomains, `*` is every host')
      .optional(),
    meaning: 'Hosts that are called without the proxy',
  },
] as const satisfies readonly Variable[];

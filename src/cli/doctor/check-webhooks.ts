// Whether webhooks are received, and how old what is cached may be.
import type { Config } from '../../core/config/config.ts';
import type { Finding } from './finding.ts';

/** Says it. No call is made: whether the provider sends events, and with this secret, shows in the metrics. */
export function checkWebhooks({
  webhookSecret,
  basePath,
  profileCache,
  redisUrl,
}: Pick<Config, 'webhookSecret' | 'basePath' | 'profileCache' | 'redisUrl'>): Finding {
  const check = 'webhooks';
  const seconds = profileCache.ttl / 1000;
  if (webhookSecret === undefined) {
    return {
      check,
      status: 'ok',
      code: 'WEBHOOKS_OFF',
      message: `No webhooks are received: a change of a user or team is seen after at most ${seconds} s (PROFILE_CACHE_TTL).`,
      remedy: 'To see changes at once, set STACK_WEBHOOK_SECRET: docs/webhooks.md.',
    };
  }
  const path = `${basePath}/webhooks`;
  return {
    check,
    status: 'ok',
    code: 'WEBHOOKS_ON',
    message:
      redisUrl === undefined
        ? `Webhooks are received at ${path}. Each reaches one replica: the others see a change after at most ${seconds} s (PROFILE_CACHE_TTL).`
        : `Webhooks are received at ${path}. Each reaches one replica, which tells the others through Redis.`,
    details: { path },
  };
}

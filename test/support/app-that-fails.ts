// An app whose source cannot start because a variable is missing or its database is unreachable.
import { AppError, defineApp } from '#server';

export const app = defineApp<{ Sources: object }>({
  sources: async ({ env }) => {
    if (!env['NOTES_URL']) throw new AppError('NOTES_URL is missing', { code: 'INVALID_CONFIGURATION' });
    throw new AppError('The database is down', { code: 'UPSTREAM_UNAVAILABLE' });
  },
});

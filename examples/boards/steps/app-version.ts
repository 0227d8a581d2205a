// Refuses old versions of the mobile app, before their body is read. A request without the header is of another client.
import { AppError, type Step } from '#server';

/** The oldest version that is served. */
const OLDEST = 3;

export const appVersion: Step = {
  name: 'app-version',
  admit(exchange) {
    const version = exchange.header('x-app-version');
    if (version !== undefined && !(Number(version) >= OLDEST))
      throw new AppError('This version of the app is too old', {
        code: 'BAD_REQUEST',
        reason: 'APP_TOO_OLD',
      });
  },
  headers: () => ['x-oldest-app-version', String(OLDEST)],
};

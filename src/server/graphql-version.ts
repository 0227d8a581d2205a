// The version of graphql-js that the server is made for. In a repository of a team it is the team's own.
import { version, versionInfo } from 'graphql';
import { AppError } from '../core/errors.ts';

/** Throws `AppError` `INVALID_CONFIGURATION` for another version: it would differ in execution, subscriptions first. */
export function checkGraphQLVersion({ major }: { readonly major: number } = versionInfo): void {
  if (major === 16) return;
  throw new AppError(`The server needs graphql 16, and ${version} is installed: npm install graphql@16`, {
    code: 'INVALID_CONFIGURATION',
  });
}

// What a team's builder must have before our types are added to it.

import { AppError } from '../../core/errors.ts';
import type { Builder } from '../../graph/builder.ts';

const SCALARS = ['DateTime', 'JSONObject'] as const;

/** Throws `AppError` `INVALID_CONFIGURATION`, which names everything that is missing, and options that are none. */
export function checkBuilder(builder: Builder, options: object = {}): void {
  // A misspelt option would add the mutations that it was to leave out.
  const mistakes = Object.entries(options)
    .filter(([name, value]) => name !== 'mutations' || typeof value !== 'boolean')
    .filter(([, value]) => value !== undefined)
    .map(([name]) => (name === 'mutations' ? 'mutations must be true or false' : `${name} is not an option`));
  const missing = SCALARS.filter((name) => !builder.configStore.hasConfig(name));
  if (missing.length > 0)
    mistakes.push(
      `the scalars ${missing.join(' and ')} are missing: add them first, such as builder.addScalarType('DateTime', DateTimeResolver) with graphql-scalars`,
    );
  // Without the plugin no scope would be asked.
  if (!builder.options.plugins?.includes('scopeAuth'))
    mistakes.push('the plugin is missing: new SchemaBuilder({ plugins: [ScopeAuthPlugin], … })');
  if (mistakes.length === 0) return;
  const lines = mistakes.map((mistake) => `  - ${mistake}`).join('\n');
  throw new AppError(`The builder is not ready for addIdentityTypes:\n${lines}`, {
    code: 'INVALID_CONFIGURATION',
  });
}

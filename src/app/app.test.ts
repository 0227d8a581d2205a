// The audit of your graph. It fails where a field became public by mistake, or where schema.graphql is out of date.
import { readFileSync } from 'node:fs';
import { buildSchema, printSchema } from 'graphql';
import { describe, expect, it } from 'vitest';
import { createSchema, publicFieldsOf } from '#server';
import { app } from './app.ts';

/** Every field that a request without a token can reach. List a field here only if it is meant to be public. */
const PUBLIC_FIELDS: readonly string[] = [];

describe('the graph of the app', () => {
  const schema = createSchema(app);

  it('has no public field besides those that are listed', () => {
    expect(publicFieldsOf(schema)).toEqual(PUBLIC_FIELDS);
  });

  it('is the one that schema.graphql shows', () => {
    const committed = readFileSync(new URL('../../schema.graphql', import.meta.url), 'utf8');
    expect(printSchema(buildSchema(committed)), 'run `npm run codegen`').toBe(printSchema(schema));
  });
});

// `npm run schema`: writes schema.graphql, for clients and for reviews.
import { writeFileSync } from 'node:fs';
import { printSchema } from 'graphql';
import { createSchema } from 'stack-auth-graphql/server';
import { app } from './app/app.ts';

writeFileSync('schema.graphql', `${printSchema(createSchema(app))}\n`);

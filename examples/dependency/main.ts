import { startServer } from 'stack-auth-graphql/server';
import { app } from './app/app.ts';

await startServer(app);

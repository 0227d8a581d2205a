// The graph. Add a file for your noun beside the others, and its import here.
import { builder } from '../graph/builder.ts';
import './scalars.ts';
import './user.ts';
import './session.ts';

builder.queryType({ description: 'What can be asked. Every field says which scope it needs.' });

/** The executable schema of the server. */
export const schema = builder.toSchema();

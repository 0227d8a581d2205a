// From document to answer. graphql-js must be the copy that src/ has: two copies do not know each other's classes.
import { bench, do_not_optimize, group } from 'mitata';
import { type DocumentNode, execute, parse, validate } from '../../node_modules/graphql/index.js';
import { createComplexityCheck } from '../../src/documents/complexity.ts';
import { measureDocument } from '../../src/documents/measure-document.ts';
import { createCancellation, disconnectOf } from '../../src/request/cancellation.ts';
import { createContext } from '../../src/request/context.ts';
import { createSchema } from '../../src/server/app-schema.ts';
import { createServer } from '../../src/server/create-server.ts';
import { serialise } from '../../src/server/serialise.ts';
import { findWorkload } from '../world/workloads.ts';
import type { Setting } from './setting.ts';

/** Registers the benchmarks. Throws where the whole answer is not what it should be. */
export async function registerOperation({ services, token }: Setting): Promise<void> {
  const { audit, authenticate, config, fetchProfile, provider, reads } = services;
  const schema = createSchema({});
  const credentials = await authenticate((name) => (name === 'x-stack-access-token' ? token : undefined));
  const onDisconnect = disconnectOf(new AbortController().signal);
  const newContext = () =>
    createContext({
      audit,
      fetchProfile,
      provider,
      reads,
      sources: {},
      requestId: 'bench',
      credentials,
      cancellation: createCancellation(onDisconnect),
    });
  const w1 = readDocument('w1');
  const withVariables = readDocument('w1-apollo');
  const result = await execute({ schema, document: w1.document, contextValue: newContext() });
  const checkComplexity = createComplexityCheck(config.documentLimits.maxComplexity);

  const server = createServer(services);
  const ask = () =>
    server.fetch('http://localhost/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-stack-access-token': token },
      body: w1.body,
    });
  const answer = await (await ask()).text();
  if (!answer.startsWith('{"data":{"me":{"id":"')) throw new Error(`The answer is wrong: ${answer}`);

  group('a document that is new', () => {
    bench('parse', () => do_not_optimize(parse(w1.query)));
    bench('measureDocument', () => do_not_optimize(measureDocument(w1.document)));
    bench('validate', () => do_not_optimize(validate(schema, w1.document)));
  });
  group('a document that is known', () => {
    bench('createContext', () => do_not_optimize(newContext()));
    bench('complexity, without variables', () =>
      do_not_optimize(checkComplexity({ schema, document: w1.document })),
    );
    bench('complexity, with variables', () =>
      do_not_optimize(checkComplexity({ schema, ...withVariables, variableValues: { withStatus: true } })),
    );
    bench('execute: graphql-js', () => {
      // Emptied as the server does: else every context outlives some collections.
      const contextValue = newContext();
      do_not_optimize(execute({ schema, document: w1.document, contextValue }));
      contextValue.release();
    });
    bench('serialise: the result as it is sent', () =>
      do_not_optimize(serialise(result, config.responseLimit)),
    );
  });
  group('the whole answer', () => {
    bench('createServer(…).fetch, through all of Yoga', async () =>
      do_not_optimize(await (await ask()).text()),
    );
  });
}

interface ReadDocument {
  readonly body: string;
  readonly query: string;
  readonly document: DocumentNode;
}

function readDocument(workload: string): ReadDocument {
  const { body } = findWorkload(workload);
  const { query } = JSON.parse(body) as { readonly query: string };
  return { body, query, document: parse(query) };
}

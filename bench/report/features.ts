// What each server does in the measured setting, besides answering: by its documentation, its code and what it answered when tried.
import { table } from './table.ts';

/** By the name of the server. `✓` is on in all settings; words tell what differs. */
interface Feature {
  readonly what: string;
  readonly ours: string;
  readonly mercurius: string;
  readonly 'apollo-express': string;
  readonly 'yoga-jwt': string;
  readonly 'graphql-http': string;
}

const NO = '–';
const ON = '✓';
/** Only where a rate limit is installed. */
const LIMITED = 'an address, with limits';

const only = (what: string, ours = ON): Feature => ({
  what,
  ours,
  mercurius: NO,
  'apollo-express': NO,
  'yoga-jwt': NO,
  'graphql-http': NO,
});

const FEATURES: readonly Feature[] = [
  {
    ...only('signature verified', 'once a token'),
    mercurius: 'once in 10 minutes',
    'apollo-express': 'each request',
    'yoga-jwt': 'each request',
    'graphql-http': 'each request',
  },
  {
    ...only('body limit', '100 KB'),
    mercurius: '1 MiB',
    'apollo-express': '100 KB',
    'yoga-jwt': '25 MB',
  },
  only('limits of a document: tokens, depth, aliases, complexity'),
  {
    ...only('rate limit by', 'user; address for failures'),
    mercurius: LIMITED,
    'apollo-express': LIMITED,
    'yoga-jwt': 'user, with limits',
    'graphql-http': LIMITED,
  },
  {
    ...only('lines of log', '1, with log'),
    mercurius: '2, with log',
    'apollo-express': '1, with log',
    'yoga-jwt': '1, with log',
    'graphql-http': '1, with log',
  },
  {
    ...only('request id', 'log and response'),
    mercurius: 'log',
    'apollo-express': 'log',
    'yoga-jwt': 'log',
    'graphql-http': 'log',
  },
  { ...only('`cache-control: no-store`'), 'apollo-express': ON },
  only('`x-content-type-options: nosniff`'),
  {
    ...only('posts of foreign pages refused without a preflight'),
    mercurius: ON,
    'apollo-express': ON,
    'graphql-http': ON,
  },
  { ...only('internal errors masked'), 'yoga-jwt': ON },
  only('names of the schema not suggested in errors'),
  { ...only('liveness'), 'yoga-jwt': ON },
  only('readiness, by the state of keys and provider'),
  only('Prometheus metrics', 'a row of its own in W1'),
  only('time limit for execution, and for slow bodies'),
  only('bounds on requests, connections and bodies in flight'),
  only('calls to the provider: time limit, circuit breaker, bound'),
  { ...only('waits for running requests at shutdown'), 'apollo-express': ON },
];

/** The features as a table. */
export function tableOfFeatures(): string {
  return table(
    ['', 'stack-auth-graphql', 'Mercurius', 'Apollo + Express', 'Yoga + plugin-jwt', 'graphql-http'],
    FEATURES.map((feature) => [
      feature.what,
      feature.ours,
      feature.mercurius,
      feature['apollo-express'],
      feature['yoga-jwt'],
      feature['graphql-http'],
    ]),
  );
}

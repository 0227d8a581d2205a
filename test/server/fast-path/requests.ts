import fc from 'fast-check';

/** A request as sent over HTTP. `token` is the name of one of the test's tokens. */
export interface Sent {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly token: string;
  readonly body: string | Buffer;
  readonly fault: string;
}

/** Names of tokens. Refused tokens are rare, because a request with one never reaches the fast path. */
const TOKENS = [
  ...Array<string>(18).fill('ada'),
  'guest',
  'radia',
  'linus',
  'gone',
  'none',
  'expired',
  'forged',
  'garbage',
  'conflict',
  'json',
];
const FAULTS = [...Array(18).fill('none'), '500', '429', 'garbage', 'reset', 'otherUser', 'refused'];

const DOCUMENTS = [
  '{ me { id } }',
  'query Mine { me { id displayName email } }',
  'query A { me { id } } query B { me { displayName } member }',
  '{ __typename }',
  '{ me { ...F } again: me { email } } fragment F on Me { id displayName }',
  'query ($full: Boolean!) { me { id email @include(if: $full) } }',
  'query Echo($int: Int, $float: Float, $string: String, $yes: Boolean, $id: ID, $colour: Colour, $point: Point, $list: [Int!]) { echo(int: $int, float: $float, string: $string, yes: $yes, id: $id, colour: $colour, point: $point, list: $list) }',
  'query Needs($point: Point!, $list: [Int!]! = [1]) { echo(point: $point, list: $list) }',
  'query Many($first: Int!) { items(first: $first) { n odd maybe } }',
  '{ items(first: 2) { n maybe } }',
  '{ items(first: 5) { odd } }',
  '{ bug own plain member }',
  '{ lateBug }',
  'query ($n: Int) { uncountable(n: $n) }',
  'query ($yes: Boolean) { unspeakable(yes: $yes) }',
  '{ nothing }',
  '{ me { id } bug nothing }',
  'mutation Twice($n: Int!) { double(n: $n) }',
  'mutation { double(n: 2147483647) }',
  '{ me { nope } }',
  '{ echo(colour: PINK) }',
  '{ me {',
  '',
  '# nothing',
  '{ __schema { queryType { name } } }',
  `{ ${Array.from({ length: 31 }, (_, n) => `a${n}: __typename`).join(' ')} }`,
  `{ ${Array.from({ length: 21 }, () => 'me { id }').join(' ')} }`,
  'subscription { me { id } }',
  '{ me { id } } { member }',
];

const scalar = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    false,
    0,
    1,
    -1,
    2,
    3,
    1.5,
    1e10,
    400,
    'RED',
    'PINK',
    'x',
    '',
    '7',
    [],
    [1, 2],
    [null],
    {},
  ),
  fc.string({ maxLength: 5 }),
);

const point = fc.oneof(scalar, fc.record({ x: scalar, y: scalar, z: scalar }, { requiredKeys: [] }));

const variables = fc.oneof(
  { weight: 3, arbitrary: fc.constant(undefined) },
  {
    weight: 6,
    arbitrary: fc.record(
      {
        int: scalar,
        float: scalar,
        string: scalar,
        yes: scalar,
        id: scalar,
        colour: scalar,
        list: scalar,
        full: scalar,
        first: scalar,
        n: scalar,
        point,
      },
      { requiredKeys: [] },
    ),
  },
  { weight: 1, arbitrary: fc.constantFrom<unknown>(null, [], 'x', 1, { __proto__: null, constructor: 1 }) },
);

const common = fc.record(
  {
    query: fc.oneof(
      { weight: 12, arbitrary: fc.constantFrom(...DOCUMENTS.slice(0, 19)) },
      { weight: 1, arbitrary: fc.constantFrom(...DOCUMENTS) },
    ),
    variables,
    operationName: fc.oneof(
      { weight: 12, arbitrary: fc.constantFrom<unknown>(undefined, null) },
      { weight: 1, arbitrary: fc.constantFrom<unknown>('A', 'B', 'Mine', 'Nope', '', 7) },
    ),
    documentId: fc.oneof(
      { weight: 20, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: fc.constantFrom<unknown>(null, '', 'x', 7) },
    ),
    extensions: fc.oneof(
      { weight: 3, arbitrary: fc.constant(undefined) },
      { weight: 3, arbitrary: fc.constant({ clientLibrary: { name: '@apollo/client', version: '4.0.0' } }) },
      {
        weight: 1,
        arbitrary: fc.constantFrom<unknown>(null, {}, [], 'x', {
          persistedQuery: { version: 1, sha256Hash: 'x' },
        }),
      },
    ),
  },
  { requiredKeys: ['query'] },
);

const body = fc.oneof(
  { weight: 12, arbitrary: common.map((value) => JSON.stringify(value)) },
  { weight: 1, arbitrary: common.map((value) => JSON.stringify(value, null, 2)) },
  { weight: 1, arbitrary: common.map((value) => JSON.stringify({ ...value, more: 1 })) },
  { weight: 1, arbitrary: common.map((value) => JSON.stringify(value).slice(0, -1)) },
  { weight: 1, arbitrary: common.map((value) => `\uFEFF${JSON.stringify(value)}`) },
  {
    weight: 1,
    arbitrary: common.map((value) =>
      Buffer.concat([Buffer.from(JSON.stringify(value)), Buffer.from([0xff])]),
    ),
  },
  { weight: 1, arbitrary: common.map((value) => `[${JSON.stringify(value)}]`) },
  { weight: 1, arbitrary: common.map((value) => JSON.stringify(value).replace('{', '{"query":"{ bug }",')) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<string | Buffer>(
      '',
      ' ',
      'null',
      '1',
      '"x"',
      '[]',
      '{}',
      '{"query":null}',
      '{"query":1}',
      '{"__proto__":{"query":"{ bug }"}}',
      Buffer.from([0xc3, 0x28]),
      ' '.repeat(100_001),
    ),
  },
);

const accept = fc.constantFrom(
  undefined,
  undefined,
  '*/*',
  'application/json',
  'application/graphql-response+json',
  'application/graphql-response+json, application/json;q=0.9',
  'application/graphql-response+json,application/json;q=0.9',
  'application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed',
  'text/event-stream',
  'multipart/mixed',
  'image/png',
  'application/*',
  '',
);

const headers = fc
  .record({
    accept,
    'content-type': fc.constantFrom(
      'application/json',
      'application/json',
      'application/json',
      'application/json; charset=utf-8',
      'application/json; charset=latin1',
      'Application/JSON ;charset="UTF-8"',
      'text/plain',
      undefined,
    ),
    origin: fc.constantFrom(undefined, undefined, 'https://app.example.com', 'https://evil.example'),
    'x-request-id': fc.constantFrom(undefined, 'given-1', 'not harmless', ''),
    'content-encoding': fc.constantFrom(undefined, undefined, undefined, 'gzip', 'identity'),
    'x-forwarded-for': fc.constantFrom(undefined, undefined, '203.0.113.9', '203.0.113.9:50001', 'unknown'),
    host: fc.constantFrom(...Array<undefined>(12).fill(undefined), 'localhost', 'a/b', 'a b', ''),
    'access-control-request-headers': fc.constantFrom(undefined, undefined, 'baggage, x-a', 'a b'),
  })
  .map((all) => {
    const set: Record<string, string> = {};
    for (const [name, value] of Object.entries(all)) if (value !== undefined) set[name] = value;
    return set;
  });

const wild = fc.record({
  method: fc.constantFrom('POST', 'POST', 'POST', 'POST', 'PUT', 'GET', 'OPTIONS'),
  path: fc.constantFrom(
    '/graphql',
    '/graphql',
    '/graphql',
    '/graphql/',
    '//graphql',
    '/x/y/graphql',
    '/graphql?x=1',
    '/graphql?query=%7B__typename%7D',
    '/graphql?documentId=x',
    '/graphql?query=%7B__typename%7D&variables=%7B',
    'http://api.example.com/graphql',
    'http://api.example.com/nowhere',
    'ftp://api.example.com/graphql',
    '/x?y=/graphql',
    '/nowhere',
    '/health',
  ),
  headers,
  token: fc.constantFrom(...TOKENS),
  body,
  fault: fc.constantFrom(...FAULTS),
});

/** Typical requests, which differ in the operation and in the user. */
const usual = fc.record({
  method: fc.constant('POST'),
  path: fc.constant('/graphql'),
  headers: headers.map(({ 'content-encoding': _encoding, host: _host, ...rest }) => ({
    ...rest,
    accept: /json|\*\/\*/.test(rest['accept'] ?? '') ? String(rest['accept']) : 'application/json',
    'content-type': 'application/json',
  })),
  token: fc.constantFrom(...TOKENS),
  body: common.map((value) => JSON.stringify(value)),
  fault: fc.constantFrom(...FAULTS),
});

/** Requests of every kind, most of them typical. */
export const sent: fc.Arbitrary<Sent> = fc.oneof(
  { weight: 6, arbitrary: usual },
  { weight: 1, arbitrary: wild },
);

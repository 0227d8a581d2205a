// The proof: what each representation is answered, whoever asks for it, in whatever form.
import fc from 'fast-check';
import {
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isLeafType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import type { Answer, Question } from '../../support/test-server.ts';

/** A representation, and whom or what it names. */
interface Named {
  readonly kind: 'caller' | 'another' | 'nothing';
  readonly value: unknown;
}

/** One request: who asks for what, in which form. */
export interface Case {
  readonly signedIn: boolean;
  readonly named: readonly Named[];
  /** Names of fields of `User`. */
  readonly fields: readonly string[];
  readonly given: keyof typeof GIVEN;
  readonly selected: keyof typeof SELECTED;
  readonly alias: string;
}

/** What is proved: a server, and the same selection by `me` as a model of what the caller may see. */
export interface Subject {
  readonly schema: GraphQLSchema;
  readonly token: string;
  ask(query: string, question: Question): Promise<Answer>;
  askModel(query: string, question: Question): Promise<Answer>;
  /** Calls to the provider since the last time that this was asked. */
  calls(): number;
}

/** All kinds of representations. Their own properties besides the key must never be seen. */
function representations(callerId: string, otherId: string): readonly Named[] {
  const LIES = {
    isAnonymous: true,
    isRestricted: true,
    email: 'evil@example.test',
    displayName: 'Eve',
    teams: [],
  };
  const user = (id: unknown, more: object = {}) => ({ __typename: 'User', id, ...more });
  const own = (json: string): unknown => JSON.parse(json);
  const caller = [user(callerId), user(callerId, LIES), { ...LIES, id: callerId, __typename: 'User' }];
  const ids = [otherId, callerId.toUpperCase(), 'x'.repeat(10_000), '', ` ${callerId}`, 'null', '__proto__'];
  const types = ['Query', 'Mutation', 'Team', 'Session', '_Entity', '_Service', 'user', 'String', ''];
  const nothing = [
    ...[7, 1.5, true, null, [callerId], { id: callerId }].map((id) => user(id)),
    ...[...types, '__proto__', 'constructor', 'toString', 7, null, ['User'], {}].map((name) => ({
      __typename: name,
      id: callerId,
    })),
    ...[{ __typename: 'User' }, { id: callerId }, {}, [], [user(callerId)], 'User', '', 7, true],
    own(`{"__proto__": {"__typename": "User", "id": "${callerId}"}}`),
    own(`{"__typename": "User", "__proto__": {"id": "${callerId}"}}`),
  ];
  const named = (kind: Named['kind']) => (value: unknown) => ({ kind, value });
  return [
    ...caller.map(named('caller')),
    ...[...ids.map((id) => user(id)), user(otherId, LIES)].map(named('another')),
    ...nothing.map(named('nothing')),
  ];
}

/** Generated requests. Every field, form and representation is in some of them. */
export function generateCases(
  {
    schema,
    callerId,
    otherId,
  }: { readonly schema: GraphQLSchema; readonly callerId: string; readonly otherId: string },
  { seed, runs }: { readonly seed: number; readonly runs: number },
): readonly Case[] {
  const all = representations(callerId, otherId);
  const of = (kind: Named['kind']) => fc.constantFrom(...all.filter((each) => each.kind === kind));
  const keysOf = <Name extends string>(map: Readonly<Record<Name, unknown>>) =>
    fc.constantFrom(...(Object.keys(map) as Name[]));
  const arbitrary = fc.record({
    signedIn: fc.boolean(),
    named: fc.array(fc.oneof(of('caller'), of('another'), of('nothing')), { minLength: 1, maxLength: 5 }),
    fields: fc.uniqueArray(fc.constantFrom(...Object.keys(userOf(schema).getFields())), {
      minLength: 1,
      maxLength: 3,
    }),
    given: keysOf(GIVEN),
    selected: keysOf(SELECTED),
    alias: fc.constantFrom('_entities', 'found', '__proto__', 'toString'),
  });
  const base = {
    given: 'variable',
    selected: 'fragment on the type',
    alias: '_entities',
    signedIn: true,
  } as const;
  const every = Object.keys(userOf(schema).getFields()).flatMap((field) =>
    [true, false].map((signedIn): Case => ({ ...base, signedIn, fields: [field], named: all.slice(0, 5) })),
  );
  const each = all.map((named): Case => ({ ...base, fields: ['id', 'email'], named: [named] }));
  return [...every, ...each, ...fc.sample(arbitrary, { seed, numRuns: runs })];
}

/** Asks every case, and describes each answer that is not the expected one. */
export async function wrongAnswers(subject: Subject, cases: readonly Case[]): Promise<readonly string[]> {
  const wrong: string[] = [];
  const models = new Map<string, Model>();
  for (const each of cases) {
    const selection = each.fields.map((name) => selectionOf(subject.schema, name)).join(' ');
    const model = models.get(selection) ?? (await askModel(subject, selection));
    models.set(selection, model);
    const { query, variables } = documentOf(each, selection);
    subject.calls();
    const answer = await subject.ask(query, { variables, ...(each.signedIn && { token: subject.token }) });
    const mistake = mistakeIn(answer, { each, model, schema: subject.schema, calls: subject.calls() });
    if (mistake) wrong.push(`${mistake}: ${query} ${JSON.stringify(variables).slice(0, 300)}`);
  }
  return wrong;
}

/** What `me` answers, and what it costs. */
interface Model {
  readonly me: unknown;
  readonly calls: number;
}

async function askModel({ askModel: ask, token, calls }: Subject, selection: string): Promise<Model> {
  calls();
  const { body } = await ask(`{ me { __typename ${selection} } }`, { token });
  if (body.errors) throw new Error(`The model fails: ${JSON.stringify(body.errors)}`);
  return { me: body.data.me, calls: calls() };
}

interface Expected {
  readonly each: Case;
  readonly model: Model;
  readonly schema: GraphQLSchema;
  readonly calls: number;
}

function mistakeIn({ body }: Answer, { each, model, schema, calls }: Expected): string | undefined {
  const { alias, named, fields, signedIn } = each;
  const items: unknown = body.data?.[alias];
  if (!Array.isArray(items) || items.length !== named.length) return `no list: ${JSON.stringify(body)}`;
  const costs = signedIn && named.some(({ kind }) => kind === 'caller') ? model.calls : 0;
  if (calls !== costs) return `${calls} calls in place of ${costs}`;
  for (const [index, { kind, value }] of named.entries()) {
    const errors = (body.errors ?? []).filter(({ path }) => path?.[0] === alias && path[1] === index);
    const reasons = errors.map(({ path, extensions }) =>
      [path?.[2] ?? '', extensions['code'], extensions['reason'] ?? ''].join(' '),
    );
    const answer = JSON.stringify({ item: items[index], reasons: reasons.sort() });
    const wanted = wantedOf({ kind: kind === 'caller' && !signedIn ? 'another' : kind, value }, each, {
      model,
      schema,
    });
    const isAnswered = wanted.some(
      (one) => JSON.stringify({ item: one.item, reasons: [...one.reasons].sort() }) === answer,
    );
    if (!isAnswered) return `${answer} in place of ${JSON.stringify(wanted)}, fields ${fields.join()}`;
  }
  const known = (body.errors ?? []).every(({ path }) => path?.[0] === alias && typeof path[1] === 'number');
  return known ? undefined : `an error elsewhere: ${JSON.stringify(body.errors)}`;
}

interface Wanted {
  readonly item: unknown;
  readonly reasons: readonly string[];
}

function wantedOf(
  { kind, value }: Named,
  { fields, signedIn }: Case,
  { model, schema }: Pick<Expected, 'model' | 'schema'>,
): readonly Wanted[] {
  if (kind === 'nothing') return [{ item: null, reasons: [' BAD_REQUEST '] }];
  if (kind === 'caller') return [{ item: model.me, reasons: [] }];
  const { id } = value as { readonly id: string };
  const types = userOf(schema).getFields();
  const refused = fields.filter((name) => name !== 'id');
  const reason = signedIn ? 'FORBIDDEN NOT_YOURSELF' : 'UNAUTHENTICATED MISSING_TOKEN';
  const firstNonNull = refused.findIndex((name) => isNonNullType(types[name]?.type));
  if (firstNonNull >= 0) {
    // Fields after it are not executed any more.
    return [{ item: null, reasons: refused.slice(0, firstNonNull + 1).map((name) => `${name} ${reason}`) }];
  }
  const item = Object.fromEntries([
    ['__typename', 'User'],
    ...fields.map((name) => [name, name === 'id' ? id : null]),
  ]);
  return [{ item, reasons: refused.map((name) => `${name} ${reason}`) }];
}

/** How representations are given: the argument, its variables, and their types. */
const GIVEN = {
  variable: (values: readonly unknown[]) => ({
    argument: '$all',
    types: '$all: [_Any!]!',
    variables: { all: values },
  }),
  literals: (values: readonly unknown[]) => ({
    argument: `[${values.map(literal).join()}]`,
    types: '',
    variables: {},
  }),
  both: (values: readonly unknown[]) => ({
    argument: `[${values.map((value, index) => (index % 2 ? literal(value) : `$v${index}`)).join()}]`,
    types: values.flatMap((_value, index) => (index % 2 ? [] : [`$v${index}: _Any!`])).join(),
    variables: Object.fromEntries(
      values.flatMap((value, index) => (index % 2 ? [] : [[`v${index}`, value]])),
    ),
  }),
  default: (values: readonly unknown[]) => ({
    argument: '$all',
    types: `$all: [_Any!]! = [${values.map(literal).join()}]`,
    variables: {},
  }),
} as const;

/** Where fields are selected. */
const SELECTED = {
  'fragment on the type': (fields: string) => ({ selection: `... on User { ${fields} }`, fragments: '' }),
  'named fragment': (fields: string) => ({
    selection: '...F',
    fragments: `fragment F on User { ${fields} }`,
  }),
  'fragment of a fragment': (fields: string) => ({
    selection: '...G',
    fragments: `fragment F on User { ${fields} } fragment G on _Entity { ... { ...F } }`,
  }),
  'types besides': (fields: string) => ({
    selection: `... on _Entity { ... on User { ${fields} } } ... on _Entity { __typename }`,
    fragments: '',
  }),
} as const;

function documentOf({ named, given, selected, alias }: Case, fields: string) {
  const { argument, types, variables } = GIVEN[given](named.map(({ value }) => value));
  const { selection, fragments } = SELECTED[selected](fields);
  const field = `${alias === '_entities' ? '' : `${alias}: `}_entities(representations: ${argument})`;
  const query = `query ${types && `(${types})`} { ${field} { __typename ${selection} } } ${fragments}`;
  return { query, variables: variables as Readonly<Record<string, unknown>> };
}

/** A value as GraphQL writes it. */
function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([name, each]) => `${name}: ${literal(each)}`)
    .join()}}`;
}

/** A field with the leaves of its type. */
function selectionOf(schema: GraphQLSchema, name: string): string {
  const field = userOf(schema).getFields()[name];
  if (!field) throw new Error(`User has no field ${name}`);
  const args = field.args.length > 0 ? '(id: "x")' : '';
  const type = getNamedType(field.type);
  if (!isObjectType(type)) return `${name}${args}`;
  const leaves = Object.values(type.getFields()).filter(
    (each) => isLeafType(getNamedType(each.type)) && each.args.length === 0,
  );
  return `${name}${args} { ${leaves
    .filter((leaf) => leaf.name !== 'permissions')
    .map((leaf) => leaf.name)
    .join(' ')} }`;
}

function userOf(schema: GraphQLSchema): GraphQLObjectType {
  const type = schema.getType('User');
  if (!isObjectType(type)) throw new Error('The schema has no User');
  return type;
}

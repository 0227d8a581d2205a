// An app for our own tests: a source that is asked over HTTP, a loader, and scopes of every kind.
import DataLoader from 'dataloader';
import { AppError, type Builder, defineApp, forgetScopes, type Refs, type Rule } from '#server';
import { type HttpServer, startHttpServer } from './http-server.ts';

/** A service that knows who is in which group. `asked` holds the path of every request. */
export interface Directory extends AsyncDisposable {
  readonly url: string;
  readonly asked: string[];
  readonly members: Map<string, Set<string>>;
  /** Answers 500 from now on. */
  fail(): void;
}

/** Starts an empty directory. Use it with `await using`. */
export async function startDirectory(): Promise<Directory> {
  const asked: string[] = [];
  const members = new Map<string, Set<string>>();
  let failing = false;
  const server: HttpServer = await startHttpServer(({ url = '' }, response) => {
    asked.push(url);
    const ids = [...(members.get(url.slice(1)) ?? [])];
    response.writeHead(failing ? 500 : 200).end(JSON.stringify(ids));
  });
  return {
    url: server.url,
    asked,
    members,
    fail: () => {
      failing = true;
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

interface GroupStore {
  membersOf(group: string): Promise<readonly string[]>;
}

export interface TestTypes {
  readonly Sources: { readonly groups: GroupStore };
  readonly Loaders: { readonly members: DataLoader<string, readonly string[]> };
  readonly Scopes: {
    readonly inGroup: { readonly group: string; readonly at?: string };
    readonly named: string;
    readonly broken: 'throws' | 'rejects' | 'bug';
  };
}

const inGroup: Rule<TestTypes['Scopes']['inGroup'], TestTypes> = {
  reason: 'NOT_IN_GROUP',
  message: 'You are not in this group',
  check: async ({ group }, { user, sources }) => {
    const members = await sources.groups.membersOf(group);
    if (members.length === 0) return { reason: 'EMPTY_GROUP', message: `The group ${group} is empty` };
    return members.includes(user.id);
  },
};

const named: Rule<string, TestTypes> = {
  code: 'UNAUTHENTICATED',
  message: 'This is for another user',
  check: (id, { user }) => id === user.id,
};

const broken: Rule<TestTypes['Scopes']['broken'], TestTypes> = {
  message: 'Never said',
  check: (how) => {
    if (how === 'bug') throw new TypeError('a bug in a rule');
    const error = new AppError('The rule cannot decide', { code: 'UPSTREAM_UNAVAILABLE' });
    if (how === 'throws') throw error;
    return Promise.reject(error);
  },
};

/** How often parts of the app were called. */
export interface Calls {
  sources: number;
  loaders: number;
}

/** Creates the app; `calls` counts. */
export function createTestApp(directory: Pick<Directory, 'url'>, calls: Calls = { sources: 0, loaders: 0 }) {
  return defineApp<TestTypes>({
    schema: addFields,
    scopes: { inGroup, named, broken },
    sources: async () => {
      calls.sources += 1;
      return { groups: { membersOf: (group) => fetchMembers(directory.url, group) } };
    },
    loaders: ({ sources }) => {
      calls.loaders += 1;
      return { members: new DataLoader((ids) => Promise.all(ids.map((id) => sources.groups.membersOf(id)))) };
    },
  });
}

async function fetchMembers(url: string, group: string): Promise<readonly string[]> {
  const answer = await fetch(`${url}/${group}`);
  if (!answer.ok) throw new AppError('The directory is unavailable', { code: 'UPSTREAM_UNAVAILABLE' });
  return (await answer.json()) as string[];
}

function addFields(builder: Builder<TestTypes>, { User }: Refs<TestTypes>): void {
  const Group = builder.objectRef<{ readonly name: string }>('Group').implement({
    authScopes: ({ name }) => ({ inGroup: { group: name } }),
    fields: (t) => ({
      name: t.exposeString('name'),
      members: t.stringList({ resolve: ({ name }, _args, { loaders }) => loaders.members.load(name) }),
    }),
  });
  const yes = { nullable: true, resolve: () => true } as const;
  builder.queryFields((t) => ({
    scopeFirst: t.boolean({ ...yes, authScopes: { inGroup: { group: 'a' }, member: true } }),
    tokenFirst: t.boolean({ ...yes, authScopes: { member: true, inGroup: { group: 'a' } } }),
    oneOf: t.boolean({ ...yes, authScopes: { $any: { inGroup: { group: 'a' }, member: true } } }),
    near: t.boolean({ ...yes, authScopes: { inGroup: { group: 'a', at: 'x' } } }),
    nearAgain: t.boolean({ ...yes, authScopes: { inGroup: { at: 'x', group: 'a' } } }),
    empty: t.boolean({ ...yes, authScopes: { inGroup: { group: 'empty' } } }),
    throws: t.boolean({ ...yes, authScopes: { broken: 'throws' } }),
    rejects: t.boolean({ ...yes, authScopes: { broken: 'rejects' } }),
    bug: t.boolean({ ...yes, authScopes: { broken: 'bug' } }),
    twoFail: t.boolean({ ...yes, authScopes: { inGroup: { group: 'a' }, broken: 'throws' } }),
    named: t.boolean({
      ...yes,
      args: { id: t.arg.string({ required: true }) },
      authScopes: (_root, { id }) => ({ named: id }),
    }),
    groups: t.withAuth({ authenticated: true }).field({
      type: [Group],
      args: { names: t.arg.stringList({ required: true }) },
      resolve: (_root, { names }) => names.map((name) => ({ name })),
    }),
  }));
  builder.mutationField('leave', (t) =>
    t.withAuth({ inGroup: { group: 'a' } }).id({
      nullable: true,
      args: { forget: t.arg.boolean({ required: true }) },
      resolve: (_root, { forget }, context) => {
        if (forget) forgetScopes(context);
        return context.user.id;
      },
    }),
  );
  builder.objectField(User, 'inA', (t) =>
    t.boolean({
      resolve: async ({ id }, _args, { loaders }) => (await loaders.members.load('a')).includes(id),
    }),
  );
}

// An app whose types are entities of a subgraph: one for signed-in users, one for everyone, and one that goes wrong.
import { AppError, defineApp, entity, publicEntity } from '#server';

interface Note {
  readonly id: string;
  readonly text: string;
}

interface Product {
  readonly id: string;
}

/** An object that two types resolve to, which is a mistake of the app. */
const SHARED: Product = Object.freeze({ id: 'shared' });

/** The app. `asked` lists every id that a resolver of it was called with. */
export function createSubgraphApp(asked: string[] = []) {
  const findNote = async (id: string, owner: string): Promise<Note | null> => {
    asked.push(id);
    await Promise.resolve();
    if (id === 'missing') return null;
    return Object.freeze({ id, text: `a note of ${owner}` });
  };
  return defineApp({
    schema: (builder, { User }) => {
      builder.objectRef<Note>('Note').implement({
        extensions: entity<Note>((id, { user }) => findNote(id, user.id)),
        fields: (t) => ({ id: t.exposeID('id'), text: t.exposeString('text') }),
      });
      builder.objectRef<Product>('Product').implement({
        extensions: publicEntity<Product>((id) => {
          asked.push(id);
          if (id === 'broken') throw new TypeError('a bug');
          if (id === 'refused') throw new AppError('Sold out', { code: 'FORBIDDEN', reason: 'SOLD_OUT' });
          if (id === 'rejected')
            return Promise.reject(new AppError('Later', { code: 'UPSTREAM_UNAVAILABLE' }));
          return id === 'shared' ? SHARED : { id };
        }),
        fields: (t) => ({
          id: t.exposeID('id'),
          price: t.withAuth({ member: true }).int({ nullable: true, resolve: () => 12 }),
        }),
      });
      builder.objectRef<Product>('Copy').implement({
        extensions: publicEntity<Product>((id) => (id === 'shared' ? SHARED : null)),
        fields: (t) => ({ id: t.exposeID('id') }),
      });
      builder.objectFields(User, (t) => ({
        shoeSize: t.int({ nullable: true, resolve: () => 42 }),
        greeting: t.string({ skipTypeScopes: true, resolve: ({ id }) => `Hello ${id}` }),
      }));
    },
  });
}

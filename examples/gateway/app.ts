// An app with an entity: `FEDERATION=on npm run dev -- --app examples/gateway`. Without FEDERATION it is an app like any other.
import { defineApp, entity } from '#server';

interface Review {
  readonly id: string;
  readonly text: string;
  readonly isPublished: boolean;
  readonly authorId: string;
}

/** In place of a database. */
const REVIEWS: readonly Review[] = [
  { id: '1', text: 'Computes.', isPublished: true, authorId: '' },
  { id: '2', text: 'A draft.', isPublished: false, authorId: '' },
];

export const app = defineApp({
  schema: (builder) => {
    builder.objectRef<Review>('Review').implement({
      description: 'What a user wrote about a product. Needs: authenticated.',
      extensions: entity<Review>((id, { user }) =>
        // The id comes from the client, so here stands who may see the review that it names.
        REVIEWS.find((review) => review.id === id && (review.isPublished || review.authorId === user.id)),
      ),
      fields: (t) => ({
        id: t.exposeID('id', { description: 'The review.' }),
        text: t.exposeString('text', { description: 'What was written.' }),
      }),
    });
  },
});

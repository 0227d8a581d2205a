// The tables, as Drizzle knows them. After a change of this file write the next migration: docs/adding-a-type.md.
import { index, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

/** Notes of users. One with a team belongs to the team, and `ownerId` is who wrote it. */
export const notes = pgTable(
  'notes',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    ownerId: uuid('owner_id').notNull(),
    teamId: uuid('team_id'),
    text: text('text').notNull(),
    // In milliseconds, as a Date has them: a cursor made from a Date must not lose digits.
    createdAt: timestamp('created_at', { withTimezone: true, precision: 3 }).notNull().defaultNow(),
  },
  (table) => [
    // In the order of the pages, so that a page reads as many rows as it shows.
    index('notes_of_owner').on(table.ownerId, table.createdAt, table.id),
    index('notes_of_team').on(table.teamId, table.createdAt, table.id),
  ],
);

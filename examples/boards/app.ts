// Boards of teams, guarded by live memberships, permissions and sessions. `npm run dev -- --app examples/boards`
import { defineApp } from '#server';
import { addBoards } from './schema/board.ts';
import { createBoardStore } from './sources/board-store.ts';
import { appVersion } from './steps/app-version.ts';
import type { AppTypes } from './types.ts';

export const app = defineApp<AppTypes>({
  schema: (builder) => {
    addBoards(builder);
  },
  steps: [appVersion],
  sources: () => ({ boards: createBoardStore() }),
});

// Where boards are kept: here in memory, for as long as the process lives.
import { randomUUID } from 'node:crypto';

/** A board of one team. */
export interface Board {
  readonly id: string;
  readonly teamId: string;
  readonly authorId: string;
  readonly title: string;
  readonly budget: number;
}

export interface BoardStore {
  all(): Promise<readonly Board[]>;
  ofTeam(teamId: string): Promise<readonly Board[]>;
  add(board: Omit<Board, 'id'>): Promise<Board>;
  /** Changes a board of this team, and returns it; `undefined` where the team has no such board. */
  update(change: Omit<Board, 'authorId'>): Promise<Board | undefined>;
  /** Returns how many there were. */
  deleteAllOf(teamId: string): Promise<number>;
}

/** Creates an empty store. */
export function createBoardStore(): BoardStore {
  let boards: readonly Board[] = [];
  const ofTeam = (id: string) => boards.filter(({ teamId }) => teamId === id);
  return {
    all: async () => boards,
    ofTeam: async (id) => ofTeam(id),
    add: async (board) => {
      const added = { ...board, id: randomUUID() };
      boards = [...boards, added];
      return added;
    },
    update: async ({ id, teamId, title, budget }) => {
      const board = ofTeam(teamId).find((one) => one.id === id);
      if (!board) return undefined;
      const changed = { ...board, title, budget };
      boards = boards.map((one) => (one === board ? changed : one));
      return changed;
    },
    deleteAllOf: async (id) => {
      const count = ofTeam(id).length;
      boards = boards.filter(({ teamId }) => teamId !== id);
      return count;
    },
  };
}

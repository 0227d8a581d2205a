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
    deleteAllOf: async (id) => {
      const count = ofTeam(id).length;
      boards = boards.filter(({ teamId }) => teamId !== id);
      return count;
    },
  };
}

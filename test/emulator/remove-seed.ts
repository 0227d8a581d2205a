// An emulator without the users and teams that it starts with.
import type { Emulator } from '../../src/emulator/emulator.ts';

/** Deletes the seeded users and teams, which recordings do not know. */
export function removeSeed({ control, people, teams }: Emulator): void {
  for (const { id } of Object.values(teams)) control.deleteTeam(id);
  for (const { id } of Object.values(people)) control.deleteUser(id);
}

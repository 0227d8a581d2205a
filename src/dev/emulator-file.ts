// What the emulator keeps between two starts of the development process: its secret and its port.
import { randomBytes, randomInt } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../core/errors.ts';

/** Ids, keys and secrets are derived from `secret`: a developer's database keeps its rows, and a token stays good. */
export interface KeptEmulator {
  readonly secret: Buffer;
  readonly port: number;
}

/** Below the ports that systems give to outgoing connections. */
const PORTS = [20_000, 30_000] as const;

const schema = z.object({
  secret: z.base64url().length(43),
  port: z.int().min(1).max(65_535),
});

/**
 * Reads the file in a folder, and creates both where they are missing; with `fresh`, anew. Only this user may read them: the
 * keys that sign tokens of the emulator are made from it. Throws `AppError` `INVALID_CONFIGURATION` where the file is no such file, or
 * cannot be written.
 */
export function readEmulatorFile(folder: string, { fresh = false } = {}): KeptEmulator {
  const file = join(folder, 'emulator.json');
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (fresh) rmSync(file, { force: true });
    create(file);
    const { secret, port } = schema.parse(JSON.parse(readFileSync(file, 'utf8')));
    return { secret: Buffer.from(secret, 'base64url'), port };
  } catch (cause) {
    const isWrong = cause instanceof SyntaxError || cause instanceof z.ZodError;
    const remedy = isWrong ? 'is damaged: delete it' : `cannot be used: ${String(cause)}`;
    throw new AppError(`${file} ${remedy}`, { code: 'INVALID_CONFIGURATION', cause });
  }
}

/** Leaves a file that exists as it is, also where another process has just created it. */
function create(file: string): void {
  const kept = { secret: randomBytes(32).toString('base64url'), port: randomInt(...PORTS) };
  try {
    writeFileSync(file, `${JSON.stringify(kept)}\n`, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
}

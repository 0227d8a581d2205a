// What all tests of a file use: started once before them, and ended after them whatever happened.
import { afterAll, beforeAll } from 'vitest';

/** Builds, servers and a browser take this long on a busy machine, in milliseconds. */
const TO_START = 120_000;

type Started = Readonly<Record<string, AsyncDisposable>>;
type Starts<T extends Started> = { readonly [Name in keyof T]: () => Promise<T[Name]> };

/** Starts them at the same time. The result has them while tests run. Where one cannot be started, the others are ended. */
export function forAllTests<T extends Started>(starts: Starts<T>): T {
  const started: Record<string, AsyncDisposable> = {};
  beforeAll(async () => {
    const starting = Object.entries(starts).map(async ([name, start]) => {
      started[name] = await start();
    });
    // Only once all have started or failed is it known what is to be ended.
    await Promise.allSettled(starting);
    await Promise.all(starting);
  }, TO_START);
  afterAll(async () => {
    for (const each of Object.values(started).reverse()) await each[Symbol.asyncDispose]();
  });
  return started as T;
}

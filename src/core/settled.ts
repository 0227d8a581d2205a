// What is there already waits for nobody: a value goes on at once, a promise when it settles.

/** A value, or the promise of one. */
export type MaybePromise<T> = T | Promise<T>;

/**
 * Goes on with what `work` yields, at once where that is no promise. Whatever is thrown on the way, by `next` as well,
 * comes to `fail`.
 */
export function whenSettled<T, R>(
  work: () => MaybePromise<T>,
  next: (value: T) => MaybePromise<R>,
  fail: (error: unknown) => R,
): MaybePromise<R> {
  try {
    const value = work();
    if (value instanceof Promise) return value.then(next).catch(fail);
    const result = next(value);
    return result instanceof Promise ? result.catch(fail) : result;
  } catch (error) {
    return fail(error);
  }
}

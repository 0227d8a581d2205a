// Promises that may be left alone.

/** The same promise, whose rejection ends no process where it is not awaited: a handler may ask for a profile that it never uses. */
export function quiet<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

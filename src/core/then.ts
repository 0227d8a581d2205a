// Results that may be there already.
import type { MaybePromise } from '@whatwg-node/promise-helpers';

/** Like `then`, but runs synchronously where the value is not a promise. */
export function then<T, U>(value: MaybePromise<T>, next: (value: T) => U): MaybePromise<U> {
  return value instanceof Promise ? value.then(next) : next(value as T);
}

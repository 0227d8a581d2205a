// Waiting that ends when a request does.

/**
 * The result of `work`, or a rejection with the signal's reason as soon as it aborts: then the other fields of the request can
 * still be answered. The work itself goes on; the database bounds it by `statement_timeout`.
 */
export function orAborted<T>(work: PromiseLike<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    const end = () => signal.removeEventListener('abort', abort);
    signal.addEventListener('abort', abort, { once: true });
    work.then(
      (result) => {
        end();
        resolve(result);
      },
      (error) => {
        end();
        reject(error);
      },
    );
  });
}

/** An open subscription that is read event by event. */
export interface EventStream {
  /** The result of the next event. Rejects where the stream has ended. */
  next(): Promise<unknown>;
  close(): Promise<void>;
}

/** What to subscribe to. */
export interface EventStreamOptions {
  readonly url: string;
  readonly token: string;
  readonly query: string;
}

/** Opens a subscription at a server's URL. */
export async function openEventStream({ url, token, query }: EventStreamOptions): Promise<EventStream> {
  const controller = new AbortController();
  const answer = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      'x-stack-access-token': token,
    },
    body: JSON.stringify({ query }),
    signal: controller.signal,
  });
  const chunks = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  let received = '';
  return {
    async next() {
      for (;;) {
        const [event, data] = /^data: (.+)\n/m.exec(received) ?? [];
        if (event !== undefined && data !== undefined) {
          received = received.slice(received.indexOf(event) + event.length);
          return JSON.parse(data);
        }
        const chunk = await chunks?.read();
        if (!chunk || chunk.done) throw new Error('The stream has ended');
        received += chunk.value;
      }
    },
    async close() {
      controller.abort();
      await chunks?.closed.catch(() => {});
    },
  };
}

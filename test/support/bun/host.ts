// The program under Bun that holds the servers of tests: it is told what to do on standard input, and answers on standard output.
import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { inspect } from 'node:util';
import type { Clock } from '../../../src/core/clock.ts';
import type { ServerEvent } from '../../../src/core/events.ts';
import type { AppTypes } from '../../../src/request/app-types.ts';
import type { Listening, ListenOptions } from '../../../src/server/port.ts';
import { listenFastPath } from '../fast-path-port.ts';
import { type Served, startServed } from '../served.ts';
import { createTestGraph } from '../test-graph.ts';
import type { Call, Readings, State } from './protocol.ts';

type Start = Extract<Call, { readonly kind: 'start' }>;

class HostedServer {
  readonly #lines: string[] = [];
  readonly #events: ServerEvent[] = [];
  readonly #graph: ReturnType<typeof createTestGraph> | undefined;
  #readings: Readings | undefined;
  #served: Served<AppTypes> | undefined;
  #failed: string | undefined;
  #closed = false;
  readonly #fastPaths: Listening[] = [];
  readonly #fail = (error: unknown) => {
    this.#failed = inspect(error);
  };

  constructor({ env, adapter, graph, readings }: Start) {
    this.#readings = readings;
    this.#graph = graph ? createTestGraph() : undefined;
    startServed({
      env,
      adapter,
      write: (line) => void this.#lines.push(line),
      ...(this.#graph && { schema: this.#graph.schema }),
      ...(readings && { clock: this.#createClock(readings) }),
    }).then((served) => {
      served.services.events.subscribe((event) => void this.#events.push(event));
      this.#served = served;
    }, this.#fail);
  }

  set readings(readings: Readings) {
    this.#readings = readings;
  }

  drain(): void {
    this.#served?.services.health.drain();
  }

  openFastPath(timeouts: ListenOptions['timeouts']): void {
    if (!this.#served) throw new Error('The server does not listen yet');
    listenFastPath(this.#served.services, { timeouts }).then((listening) => {
      this.#fastPaths.push(listening);
    }, this.#fail);
  }

  close(): void {
    const all = [...this.#fastPaths.map((each) => each.close(0)), this.#served?.close()];
    Promise.all(all).then(() => {
      this.#closed = true;
    }, this.#fail);
  }

  look(): State {
    const served = this.#served;
    return {
      ...(this.#failed !== undefined && { failed: this.#failed }),
      ...(served && { url: served.url, gauges: served.services.gauges() }),
      ...(this.#graph && { resolved: this.#graph.resolved }),
      closed: this.#closed,
      fastPaths: this.#fastPaths.map(({ url }) => url),
      lines: this.#lines.splice(0),
      events: this.#events.splice(0),
      received: served?.received() ?? 0,
    };
  }

  #createClock(first: Readings): Clock {
    return {
      wall: () => (this.#readings ?? first).wall,
      monotonic: () => (this.#readings ?? first).monotonic,
    };
  }
}

const servers = new Map<number, HostedServer>();

function answer(call: Call): State {
  if (call.kind === 'start') servers.set(call.server, new HostedServer(call));
  const server = servers.get(call.server);
  if (!server) throw new Error(`There is no server ${call.server}`);
  if (call.kind === 'look' && call.readings) server.readings = call.readings;
  if (call.kind === 'fast-path') server.openFastPath(call.timeouts);
  if (call.kind === 'drain') server.drain();
  if (call.kind === 'close') server.close();
  const state = server.look();
  if (state.closed) servers.delete(call.server);
  return state;
}

createInterface({ input: process.stdin })
  .on('line', (line) => {
    const bytes = Buffer.from(`${JSON.stringify(answer(JSON.parse(line)))}\n`);
    for (let sent = 0; sent < bytes.length; ) sent += writeSync(1, bytes, sent);
  })
  // The process of the tests has ended.
  .on('close', () => process.exit());

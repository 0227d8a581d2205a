import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/core/errors.ts';
import { createLogger } from '../../src/core/logger.ts';
import type { Exchange } from '../../src/pipeline/exchange.ts';
import { createPipeline } from '../../src/pipeline/pipeline.ts';
import type { Operation, Step } from '../../src/pipeline/step.ts';
import { BareExchange } from '../support/bare-exchange.ts';

const operation = {} as Operation;

function createTestPipeline(steps: readonly Step[], teamSteps: readonly Step[] = []) {
  const logged: string[] = [];
  const logger = createLogger({ level: 'debug', destination: { write: (line) => void logged.push(line) } });
  return { pipeline: createPipeline(steps, { logger, teamSteps }), logged };
}

function headersOf(pipeline: ReturnType<typeof createPipeline>, exchange: Exchange): string[] {
  const list: string[] = [];
  pipeline.addHeaders(list, exchange);
  return list;
}

/** A step that writes down which of its hooks ran. */
function recording(name: string, ran: string[], step: Partial<Step> = {}): Step {
  return {
    name,
    admit: () => void ran.push(`${name} admit`),
    begin: () => void ran.push(`${name} begin`),
    check: () => void ran.push(`${name} check`),
    execute: async (_operation, next) => {
      ran.push(`${name} before`);
      const result = await next();
      ran.push(`${name} after`);
      return result;
    },
    headers: () => [`x-${name}`, 'yes'],
    done: (_exchange, status) => void ran.push(`${name} done ${status}`),
    ...step,
  };
}

describe('the pipeline', () => {
  it('runs every hook in the order of the steps, the first step outermost around execution', async () => {
    const ran: string[] = [];
    const { pipeline } = createTestPipeline([recording('a', ran), recording('b', ran)]);
    const exchange = new BareExchange();
    await pipeline.admit(exchange);
    pipeline.begin(exchange);
    expect(pipeline.check(operation, exchange)).toBeUndefined();
    const result = await pipeline.execute(
      operation,
      () => {
        ran.push('execution');
        return { data: { yes: true } };
      },
      exchange,
    );
    expect(result).toEqual({ data: { yes: true } });
    expect(headersOf(pipeline, exchange)).toEqual(['x-a', 'yes', 'x-b', 'yes']);
    pipeline.done(exchange, 200);
    expect(ran).toEqual([
      ...['a admit', 'b admit', 'a begin', 'b begin', 'a check', 'b check'],
      ...['a before', 'b before', 'execution', 'b after', 'a after', 'a done 200', 'b done 200'],
    ]);
  });

  it('needs no promise where no hook returns one', () => {
    const { pipeline } = createTestPipeline([
      { name: 'synchronous', admit() {}, execute: (_operation, next) => next() },
      { name: 'without hooks' },
    ]);
    const exchange = new BareExchange();
    expect(pipeline.admit(exchange)).toBeUndefined();
    expect(pipeline.execute(operation, () => ({ data: null }), exchange)).toEqual({ data: null });
  });

  it('admits by the later steps only when an asynchronous one has admitted', async () => {
    const ran: string[] = [];
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { pipeline } = createTestPipeline([
      recording('first', ran, { admit: () => held }),
      recording('second', ran),
    ]);
    const admitted = pipeline.admit(new BareExchange());
    await setImmediate();
    expect(ran).toEqual([]);
    release();
    await admitted;
    expect(ran).toEqual(['second admit']);
  });

  it.each([
    [
      'throws',
      () => {
        throw new AppError('No', { code: 'FORBIDDEN' });
      },
    ],
    [
      'rejects',
      async () => {
        throw new AppError('No', { code: 'FORBIDDEN' });
      },
    ],
  ])('asks no later step after one that %s', async (_how, admit) => {
    const ran: string[] = [];
    const { pipeline } = createTestPipeline([{ name: 'refusing', admit }, recording('later', ran)]);
    const admitted = (async () => pipeline.admit(new BareExchange()))();
    await expect(admitted).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(ran).toEqual([]);
  });

  it('stops at the first check that refuses', () => {
    const ran: string[] = [];
    const refused = new AppError('Too much', { code: 'LIMIT_EXCEEDED' });
    const { pipeline } = createTestPipeline([
      { name: 'refusing', check: () => refused },
      recording('later', ran),
    ]);
    expect(pipeline.check(operation, new BareExchange())).toBe(refused);
    expect(ran).toEqual([]);
  });

  it('asks a step only on its routes, which are graphql and rest unless it says otherwise', () => {
    const ran: string[] = [];
    const { pipeline } = createTestPipeline([
      recording('usual', ran),
      recording('everywhere', ran, { routes: ['graphql', 'page', 'health', 'preflight', 'unknown'] }),
    ]);
    for (const route of ['graphql', 'rest', 'page', 'health', 'preflight', 'unknown'] as const) {
      ran.length = 0;
      void pipeline.admit(new BareExchange({ route }));
      const expected = {
        graphql: ['usual admit', 'everywhere admit'],
        rest: ['usual admit'],
        page: ['everywhere admit'],
        health: ['everywhere admit'],
        preflight: ['everywhere admit'],
        unknown: ['everywhere admit'],
      };
      expect(ran).toEqual(expected[route]);
    }
  });

  it('is done once, whichever end comes first', () => {
    const ran: string[] = [];
    const { pipeline } = createTestPipeline([recording('a', ran)]);
    const exchange = new BareExchange();
    pipeline.done(exchange, 200);
    pipeline.done(exchange, 499);
    expect(ran).toEqual(['a done 200']);
  });

  it('goes on with the other steps where the headers or the end of one throw, and logs it', () => {
    const ran: string[] = [];
    const fail = () => {
      throw new TypeError('a bug');
    };
    const { pipeline, logged } = createTestPipeline([
      { name: 'buggy', headers: fail, done: fail },
      recording('other', ran),
    ]);
    const exchange = new BareExchange();
    exchange.requestId = 'r-1';
    expect(headersOf(pipeline, exchange)).toEqual(['x-other', 'yes']);
    pipeline.done(exchange, 200);
    expect(ran).toEqual(['other done 200']);
    expect(logged.map((line) => JSON.parse(line))).toMatchObject([
      { level: 50, requestId: 'r-1', err: { message: 'a bug' } },
      { level: 50, requestId: 'r-1', err: { message: 'a bug' } },
    ]);
  });

  it("takes no promise of a team's step where nothing would wait for it", async () => {
    const rejected: unknown[] = [];
    const note = (reason: unknown) => void rejected.push(reason);
    process.on('unhandledRejection', note);
    const refuse = async () => {
      throw new AppError('Closed', { code: 'FORBIDDEN' });
    };
    const hooks = { begin: refuse, check: refuse, headers: refuse, done: refuse };
    const step = { name: 'team', ...hooks } as unknown as Step;
    const { pipeline, logged } = createTestPipeline([], [step]);
    const exchange = new BareExchange();
    expect(() => pipeline.begin(exchange)).toThrow('The hook begin of team must not be async');
    expect(() => pipeline.check(operation, exchange)).toThrow('The hook check of team must not be async');
    expect(headersOf(pipeline, exchange)).toEqual([]);
    pipeline.done(exchange, 200);
    expect(logged.map((line) => JSON.parse(line).err.message)).toEqual([
      'The hook headers of team must not be async',
      'The hook done of team must not be async',
    ]);
    await setImmediate();
    process.off('unhandledRejection', note);
    expect(rejected).toEqual([]);
  });

  it('keeps `this` of a step that is an object with state', () => {
    class Counting implements Step {
      readonly name = 'counting';
      #count = 0;
      get count() {
        return this.#count;
      }
      begin() {
        this.#count += 1;
      }
    }
    const [step, ofTeam] = [new Counting(), new Counting()];
    createTestPipeline([step], [ofTeam]).pipeline.begin(new BareExchange());
    expect([step.count, ofTeam.count]).toEqual([1, 1]);
  });
});

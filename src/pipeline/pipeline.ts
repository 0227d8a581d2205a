// Walks the steps: one list, whichever adapter a request comes through. Hooks are collected once, by route.
import { isPromise, type MaybePromise } from '@whatwg-node/promise-helpers';
import type { Logger } from '../core/logger.ts';
import type { Exchange, Route } from './exchange.ts';
import type { Execution, Operation, Result, Step } from './step.ts';
import { mergeHeaders } from './team-headers.ts';

/** The steps as one. Whatever a hook throws is thrown here, except by `addHeaders` and `done`, which log it. */
export interface Pipeline {
  admit(exchange: Exchange): MaybePromise<void>;
  begin(exchange: Exchange): void;
  check(operation: Operation, exchange: Exchange): Error | undefined;
  /** Runs `execute` inside the hooks of all steps, the first step outermost. */
  execute<T extends Execution>(
    execution: T,
    execute: (execution: T) => MaybePromise<Result>,
    exchange: Exchange,
  ): MaybePromise<Result>;
  /** Adds the headers of every answer to `list`. */
  addHeaders(list: string[], exchange: Exchange): void;
  done(exchange: Exchange, status: number): void;
}

const ROUTES = {
  graphql: true,
  rest: true,
  webhook: true,
  page: true,
  health: true,
  preflight: true,
  unknown: true,
} satisfies Record<Route, true>;
const DEFAULT_ROUTES: readonly Route[] = ['graphql', 'rest'];

/** `teamSteps` come after the others. Their headers are checked, and merged with those of the others. */
export interface PipelineOptions {
  readonly logger: Logger;
  readonly teamSteps?: readonly Step[];
}

/** Joins the steps, in their order. */
export function createPipeline(
  steps: readonly Step[],
  { logger, teamSteps = [] }: PipelineOptions,
): Pipeline {
  const routes = Object.keys(ROUTES) as Route[];
  const hooks = Object.fromEntries(
    routes.map((route) => [route, collectHooks(steps, teamSteps, route)]),
  ) as Readonly<Record<Route, Hooks>>;
  const logFault = (error: unknown, { requestId }: Exchange) =>
    logger.error({ err: error, requestId }, 'A step failed; the request was answered without it');

  return {
    admit(exchange) {
      exchange.admitted = true;
      return admitFrom(0, hooks[exchange.route].admit, exchange);
    },
    begin(exchange) {
      // The client may have disconnected while the request was admitted.
      if (exchange.ended) return;
      exchange.begun = true;
      for (const begin of hooks[exchange.route].begin) begin(exchange);
    },
    check(operation, exchange) {
      for (const check of hooks[exchange.route].check) {
        const refused = check(operation, exchange);
        if (refused) return refused;
      }
      return undefined;
    },
    execute(execution, execute, exchange) {
      const around = hooks[exchange.route].execute;
      const from = (index: number): MaybePromise<Result> => {
        const hook = around[index];
        return hook ? hook(execution, () => from(index + 1), exchange) : execute(execution);
      };
      return from(0);
    },
    addHeaders(list, exchange) {
      for (const headers of hooks[exchange.route].headers) {
        try {
          for (const text of headers(exchange)) list.push(text);
        } catch (error) {
          logFault(error, exchange);
        }
      }
      for (const headers of hooks[exchange.route].teamHeaders) {
        try {
          mergeHeaders(list, headers(exchange));
        } catch (error) {
          logFault(error, exchange);
        }
      }
    },
    done(exchange, status) {
      if (exchange.ended) return;
      exchange.ended = true;
      for (const done of hooks[exchange.route].done) {
        try {
          done(exchange, status);
        } catch (error) {
          logFault(error, exchange);
        }
      }
    },
  };
}

type HookName = 'admit' | 'begin' | 'check' | 'execute' | 'headers' | 'done';

type Hook<Name extends keyof Step> = NonNullable<Step[Name]>;

interface Hooks {
  readonly admit: readonly Hook<'admit'>[];
  readonly begin: readonly Hook<'begin'>[];
  readonly check: readonly Hook<'check'>[];
  readonly execute: readonly Hook<'execute'>[];
  readonly headers: readonly Hook<'headers'>[];
  readonly teamHeaders: readonly Hook<'headers'>[];
  readonly done: readonly Hook<'done'>[];
}

function collectHooks(steps: readonly Step[], teamSteps: readonly Step[], route: Route): Hooks {
  const isFor = ({ routes = DEFAULT_ROUTES }: Step) => routes.includes(route);
  const all = [...steps, ...teamSteps].filter(isFor);
  const collect = <Name extends HookName>(name: Name, from = all) =>
    from.flatMap((step) => {
      const hook = step[name]?.bind(step) as Hook<Name> | undefined;
      if (!hook) return [];
      return [
        SYNCHRONOUS[name] && teamSteps.includes(step) ? synchronous(hook, `${name} of ${step.name}`) : hook,
      ];
    });
  return {
    admit: collect('admit'),
    begin: collect('begin'),
    check: collect('check'),
    execute: collect('execute'),
    headers: collect('headers', steps.filter(isFor)),
    teamHeaders: collect('headers', teamSteps.filter(isFor)),
    done: collect('done'),
  };
}

/** Hooks that nothing waits for. */
const SYNCHRONOUS: Readonly<Record<HookName, boolean>> = {
  admit: false,
  begin: true,
  check: true,
  execute: false,
  headers: true,
  done: true,
};

/**
 * The hook, which throws where it is async: its refusal would be ignored, and its rejection would end the process. The compiler
 * takes an async function for one that returns nothing.
 */
function synchronous<T extends Hook<HookName>>(hook: T, name: string): T {
  const checked = (...args: readonly unknown[]): unknown => {
    const result: unknown = Reflect.apply(hook, undefined, args);
    if (!isPromise(result)) return result;
    result.then(undefined, () => {});
    throw new TypeError(`The hook ${name} must not be async`);
  };
  return checked as T;
}

/** Goes on without a promise as long as no hook returns one. */
function admitFrom(first: number, admits: Hooks['admit'], exchange: Exchange): MaybePromise<void> {
  for (let index = first; index < admits.length; index += 1) {
    const waiting = admits[index]?.(exchange);
    if (waiting) return Promise.resolve(waiting).then(() => admitFrom(index + 1, admits, exchange));
  }
}

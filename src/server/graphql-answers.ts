// Answers GraphQL requests over a connection: the fast path executes what it knows, and Yoga the rest, at the pace of new documents.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { MaybePromise } from '@whatwg-node/promise-helpers';
import type { Exchange } from '../pipeline/exchange.ts';
import type { Answer } from '../pipeline/refusal.ts';
import type { DocumentPace } from './document-pace.ts';
import type { FastPath, FoundDocument } from './fast-path.ts';
import type { NodeExchange } from './node-exchange.ts';
import { type UnreadAnswers, watchWrites } from './unread-answers.ts';

/** The listener of Yoga, given the exchange of the request. */
export type YogaListener = (
  request: IncomingMessage,
  response: ServerResponse,
  context: { readonly exchange: Exchange },
) => unknown;

/** What answers are made with. Without a fast path Yoga answers everything. */
export interface GraphQLAnswersOptions {
  readonly fastPath: FastPath | undefined;
  readonly yoga: YogaListener;
  readonly documentPace: DocumentPace;
  readonly addressOf: (exchange: NodeExchange) => string;
  readonly unread: UnreadAnswers;
  readonly send: (answer: Answer, exchange: NodeExchange) => MaybePromise<void>;
  /** Refuses the request where `work` throws or rejects. */
  readonly attempt: (exchange: NodeExchange, work: () => MaybePromise<void>) => void;
}

/** Whether a request was answered before, when its document was new. */
interface Try {
  readonly isRetry: boolean;
}

const FIRST: Try = { isRetry: false };
const RETRY: Try = { isRetry: true };

/** The answers of one server. */
export class GraphQLAnswers {
  readonly #options: GraphQLAnswersOptions;

  constructor(options: GraphQLAnswersOptions) {
    this.#options = options;
  }

  /** Answers what a body asks for. Nothing waits here unless a resolver does, or the document is new. */
  answerBody(exchange: NodeExchange, body: string, { isRetry } = FIRST): MaybePromise<void> {
    if (exchange.ended) return undefined;
    const { fastPath, send } = this.#options;
    const found = fastPath?.find(exchange, body);
    if (fastPath && found?.prepared) {
      const answer = fastPath.execute(found.prepared, exchange);
      if (answer instanceof Promise) return answer.then((settled) => send(settled, exchange));
      return send(answer, exchange);
    }
    Object.assign(exchange.request, { body: alreadyRead(body) });
    this.#answerFound(exchange, found, isRetry ? undefined : () => this.answerBody(exchange, body, RETRY));
    return undefined;
  }

  /** Answers what a URL asks for. */
  answerUrl(exchange: NodeExchange, { isRetry } = FIRST): void {
    if (exchange.ended) return;
    const found = this.#options.fastPath?.findInUrl(exchange.request.url ?? '');
    this.#answerFound(exchange, found, isRetry ? undefined : () => this.answerUrl(exchange, RETRY));
  }

  answerByYoga(exchange: NodeExchange): void {
    const { yoga, unread } = this.#options;
    const { request, response } = exchange;
    unread.watch(exchange);
    watchWrites(response, () => unread.written(exchange));
    void yoga(request, response, { exchange });
  }

  /** A retry waits alone where the document is still new: it may be one that is refused each time. */
  #answerFound(
    exchange: NodeExchange,
    found: FoundDocument | undefined,
    retry: (() => MaybePromise<void>) | undefined,
  ): void {
    if (found?.isKnown) {
      this.answerByYoga(exchange);
      return;
    }
    const { documentPace, addressOf, attempt } = this.#options;
    documentPace.run({
      text: retry && found?.text,
      addressOf: () => addressOf(exchange),
      begin: () => {
        // The client may have disconnected while the request waited.
        if (exchange.ended) return false;
        attempt(exchange, () => this.answerByYoga(exchange));
        return true;
      },
      retry: () => retry && attempt(exchange, retry),
    });
  }
}

/** The only form in which Yoga takes a body that has been read. As a string, it would list the index of every character. */
function alreadyRead(text: string) {
  return {
    text,
    async *[Symbol.asyncIterator]() {
      yield Buffer.from(text);
    },
  };
}

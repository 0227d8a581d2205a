// The files of GraphiQL's page: nine megabytes, loaded at the first request, compressed when first sent.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

/** A file that browsers may cache permanently. */
export interface Asset {
  readonly type: string;
  readonly body: Bytes;
  /** The body in an encoding, compressed once. */
  encoded(encoding: Encoding): Promise<Bytes>;
}

/** Bytes that a `Response` accepts. */
export type Bytes = Buffer<ArrayBuffer>;

/** The supported content encodings. */
export type Encoding = 'br' | 'gzip';

/** All files, in one folder that is named after a hash of their content. */
export interface Assets {
  readonly folder: string;
  /** By file name. */
  readonly files: ReadonlyMap<string, Asset>;
}

/** Loads GraphiQL's files, our page's script, and the files of `more` by name. */
export async function loadAssets(more: Readonly<Record<string, URL>> = {}): Promise<Assets> {
  const bundle = await import('@graphql-yoga/render-graphiql/graphiql');
  const files = new Map<string, Asset>([
    ['graphiql.js', asset('js', bundle.js)],
    ['graphiql.css', asset('css', bundle.css)],
    ['editor.worker.js', asset('js', bundle.editorWorkerService)],
    ['json.worker.js', asset('js', bundle.jsonWorker)],
    ['graphql.worker.js', asset('js', bundle.graphqlWorker)],
    ['favicon.ico', asset('ico', Buffer.from(String(bundle.favicon.split(',')[1]), 'base64'))],
  ]);
  const own = { 'page.js': new URL('browser/page.js', import.meta.url), ...more };
  for (const [name, url] of Object.entries(own)) {
    files.set(name, asset(name.slice(name.lastIndexOf('.') + 1), await readFile(url)));
  }
  const hash = createHash('sha256');
  for (const [name, { body }] of files) hash.update(`${name} ${body.length}\n`).update(body);
  return { folder: hash.digest('base64url').slice(0, 16), files };
}

const TYPES: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  ico: 'image/x-icon',
};

const compress = {
  // Higher qualities take a second or more and save little.
  br: (body: Bytes) => promisify(brotliCompress)(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }),
  gzip: (body: Bytes) => promisify(gzip)(body),
};

function asset(extension: string, content: string | Buffer): Asset {
  const body = Buffer.from(content);
  const compressed: { [Name in Encoding]?: Promise<Bytes> } = {};
  return {
    type: TYPES[extension] ?? 'application/octet-stream',
    body,
    encoded: (encoding) => (compressed[encoding] ??= compress[encoding](body)),
  };
}

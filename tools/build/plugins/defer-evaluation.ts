// Changes to packages so that what a start does not need is evaluated when it is first needed. They change nothing else.
import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

interface Change {
  /** The end of the module's path. */
  readonly module: string;
  readonly from: string;
  readonly to: string;
}

const CHANGES: readonly Change[] = [
  {
    // Reading the global evaluates Node's own fetch, with HTTP/2 and WebSocket, for 13 ms. What has never been read is not ours.
    module: '@whatwg-node/server/esm/createServerAdapter.js',
    from: 'fetchAPI.Request !== globalThis.Request',
    to: "fetchAPI.Request !== Object.getOwnPropertyDescriptor(globalThis, 'Request')?.value",
  },
  {
    // Needed for a URL that does not end in the endpoint's path, which our router has refused before.
    module: '@whatwg-node/fetch/dist/create-node-ponyfill.js',
    from: `const urlPatternModule = require('urlpattern-polyfill');
    ponyfills.URLPattern = urlPatternModule.URLPattern;`,
    to: "ponyfills.URLPattern = function URLPattern(...args) { return new (require('urlpattern-polyfill').URLPattern)(...args); };",
  },
  // What sends requests over node:https or libcurl, and what reads forms: Yoga sends nothing here, and forms are refused.
  lazily('@whatwg-node/node-fetch/cjs/fetch.js', 'fetchCurl_js_1', './fetchCurl.js', 'fetchCurl'),
  lazily('@whatwg-node/node-fetch/cjs/fetch.js', 'fetchNodeHttp_js_1', './fetchNodeHttp.js', 'fetchNodeHttp'),
  lazily('@whatwg-node/node-fetch/cjs/Body.js', 'busboy_1', '@fastify/busboy', 'Busboy'),
  // The log is written by this process: pino's worker threads are for other destinations.
  {
    module: 'pino/lib/tools.js',
    from: "const transport = require('./transport')",
    to: "const transport = (...args) => require('./transport')(...args)",
  },
  {
    module: 'pino/pino.js',
    from: "module.exports.transport = require('./lib/transport')",
    to: "module.exports.transport = (...args) => require('./lib/transport')(...args)",
  },
];

/** An export of a CommonJS module that is loaded when it is first read. */
function lazily(module: string, variable: string, imported: string, name: string): Change {
  return {
    module,
    from: `const ${variable} = require("${imported}");`,
    to: `const ${variable} = { get ${name}() { return require("${imported}").${name}; } };`,
  };
}

/** Stops the build where a package no longer has the text that is to be changed. */
export function deferEvaluation(): Plugin {
  return {
    name: 'defer-evaluation',
    setup(build) {
      for (const module of new Set(CHANGES.map((change) => change.module))) {
        const changes = CHANGES.filter((change) => change.module === module);
        const filter = new RegExp(`/node_modules/${module.replaceAll('.', '\\.')}$`);
        build.onLoad({ filter }, async ({ path }) => ({
          contents: changes.reduce(apply, await readFile(path, 'utf8')),
          loader: 'js',
        }));
      }
    },
  };
}

function apply(source: string, { module, from, to }: Change): string {
  if (source.split(from).length !== 2) throw new Error(`${module} does not have, once: ${from}`);
  return source.replace(from, () => to);
}

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
];

/** Stops the build where a package no longer has the text that is to be changed. */
export function deferEvaluation(): Plugin {
  return {
    name: 'defer-evaluation',
    setup(build) {
      for (const { module, from, to } of CHANGES) {
        const filter = new RegExp(`/node_modules/${module.replaceAll('.', '\\.')}$`);
        build.onLoad({ filter }, async ({ path }) => {
          const source = await readFile(path, 'utf8');
          if (source.split(from).length !== 2) throw new Error(`${module} does not have, once: ${from}`);
          return { contents: source.replace(from, () => to), loader: 'js' };
        });
      }
    },
  };
}

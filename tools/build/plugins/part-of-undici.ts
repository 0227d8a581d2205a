// The part of undici that this server uses: connections to one origin. The rest of it, such as its `fetch`, is a third of a bundle.
import { dirname } from 'node:path';
import type { Plugin } from 'esbuild';
import { findPackage, ROOT } from '../manifests.ts';

/**
 * What our modules can import from undici; any other name stops the build. undici's own modules are evaluated when they are
 * first needed where not every server needs them: a proxy agent, HTTP/2.
 */
const EXPORTS = `
export { default as Pool } from 'undici/lib/dispatcher/pool.js';
export { default as errors } from 'undici/lib/core/errors.js';
export function EnvHttpProxyAgent(options) {
  return new (require('undici/lib/dispatcher/env-http-proxy-agent.js'))(options);
}
`;

/** Loads node:http2 at once, which takes milliseconds. */
const HTTP2_CLIENT = /undici\/lib\/dispatcher\/client-h2\.js$/;

/** Gives our modules a part of undici, with the same behaviour. */
export function partOfUndici({ external }: { readonly external: readonly string[] }): Plugin {
  return {
    name: 'part-of-undici',
    setup(build) {
      if (external.includes('undici')) return;
      const folder = findPackage('undici', ROOT) ?? ROOT;
      build.onResolve({ filter: /^undici$/ }, ({ importer }) =>
        importer.includes('/node_modules/') ? undefined : { path: 'undici', namespace: 'part-of-undici' },
      );
      build.onLoad({ filter: /^undici$/, namespace: 'part-of-undici' }, () => ({
        contents: EXPORTS,
        resolveDir: dirname(folder),
      }));
      build.onLoad({ filter: HTTP2_CLIENT }, ({ path, suffix }) =>
        suffix === '?own'
          ? undefined
          : {
              contents: "module.exports = (...args) => require('./client-h2.js?own')(...args);",
              resolveDir: dirname(path),
            },
      );
      build.onResolve({ filter: /\/client-h2\.js\?own$/ }, ({ path, resolveDir }) => ({
        path: `${resolveDir}/${path.slice(2, -'?own'.length)}`,
        suffix: '?own',
      }));
    },
  };
}

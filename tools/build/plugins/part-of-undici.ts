// The part of undici that this server uses: connections to one origin. The rest of it, such as its `fetch`, is a third of a bundle.
import { dirname, join } from 'node:path';
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
  // As undici's main module does: a proxy agent calls \`connect\`.
  Object.assign(require('undici/lib/dispatcher/dispatcher.js').prototype, require('undici/lib/api/index.js'));
  return new (require('undici/lib/dispatcher/env-http-proxy-agent.js'))(options);
}
`;

/** An app that imports undici gets all of it. */
const OURS = join(ROOT, 'src/core/');

/** Loads node:http2 at once, which takes milliseconds. */
const HTTP2_CLIENT = /undici\/lib\/dispatcher\/client-h2\.js$/;

/** Gives our modules a part of undici. */
export function partOfUndici({ external }: { readonly external: readonly string[] }): Plugin {
  return {
    name: 'part-of-undici',
    setup(build) {
      if (external.includes('undici')) return;
      const folder = findPackage('undici', ROOT) ?? ROOT;
      build.onResolve({ filter: /^undici(\/index\.js)?$/ }, ({ importer }) =>
        importer.startsWith(OURS) ? { path: 'undici', namespace: 'part-of-undici' } : undefined,
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

// GraphiQL's page: a few kilobytes that name the files.
import type { Visitor } from '../page.ts';
import { EXAMPLES } from './examples.ts';

/** What the page adds to GraphiQL; the bar of the development process is one. */
export interface PageExtension {
  /** Files by name, served beside GraphiQL's own. */
  readonly files: Readonly<Record<string, URL>>;
  /** Of `files`: a module whose `start(settings)` is awaited before GraphiQL begins, and its style. */
  readonly script: string;
  readonly style: string;
  /** HTML above GraphiQL. */
  readonly markup: string;
  /** For the script; JSON. */
  readonly settings: unknown;
  /** Who gets it: all others see GraphiQL alone. */
  admits(visitor: Visitor): boolean;
}

/** `folder` is where the files are, as seen from the page. */
export interface PageOptions {
  readonly folder: string;
  readonly nonce: string;
  readonly extension?: Pick<PageExtension, 'script' | 'style' | 'markup' | 'settings'> | undefined;
}

/** The headers of the page: nothing is loaded, sent or framed from or to anywhere but here. */
export function pageHeaders(nonce: string): Record<string, string> {
  return {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': [
      "default-src 'none'",
      `script-src 'nonce-${nonce}'`,
      // The editor makes style elements and attributes as it goes: docs/decisions/009-graphiql.md.
      "style-src 'self' 'unsafe-inline'",
      "img-src 'self' data:",
      'font-src data:',
      "connect-src 'self'",
      "worker-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-frame-options': 'DENY',
  };
}

/** Makes the page. Whatever the settings hold stays JSON. */
export function renderPage({ folder, nonce, extension }: PageOptions): string {
  const settings = {
    folder,
    tabs: EXAMPLES,
    // The bar sends the token: the editor for headers is for others, then.
    headers: extension ? undefined : '{\n  "X-Stack-Access-Token": ""\n}',
    extension: extension && { script: extension.script, settings: extension.settings },
  };
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>GraphiQL</title>
    <link rel="icon" href="${folder}/favicon.ico">
    <link rel="stylesheet" href="${folder}/graphiql.css">
    ${extension ? `<link rel="stylesheet" href="${folder}/${extension.style}">` : ''}
    <style>${STYLE}</style>
  </head>
  <body>
    ${extension?.markup ?? ''}
    <main id="graphiql"><noscript>GraphiQL needs JavaScript.</noscript></main>
    <script type="application/json" id="settings">${toJson(settings)}</script>
    <script nonce="${nonce}" src="${folder}/graphiql.js" defer></script>
    <script nonce="${nonce}" src="${folder}/page.js" type="module"></script>
  </body>
</html>
`;
}

/** GraphiQL fills what the bar leaves, and its two halves stand one above the other where the page is narrow. */
const STYLE = `
body { display: flex; flex-direction: column; height: 100dvh; margin: 0; }
#graphiql { flex: 1; min-height: 0; }
#graphiql .graphiql-container { height: 100%; }
@media (max-width: 40rem) {
  #graphiql-session { flex-direction: column; }
  .graphiql-horizontal-drag-bar, .graphiql-logo { display: none; }
}`;

/** JSON in which nothing can end a script element, or begin a comment or another one. */
function toJson(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}

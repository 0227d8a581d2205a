// GraphiQL's page: a few kilobytes that refer to the files.
import type { PageClient } from '../page.ts';
import { EXAMPLES } from './examples.ts';

/** An extension of the page, such as the bar of the development process. */
export interface PageExtension {
  /** Files by name, served beside GraphiQL's own. */
  readonly files: Readonly<Record<string, URL>>;
  /** Names in `files`: a module whose `start(settings)` is awaited before GraphiQL starts, and its stylesheet. */
  readonly script: string;
  readonly style: string;
  /** HTML above GraphiQL. */
  readonly markup: string;
  /** The argument of `start`; JSON. */
  readonly settings: unknown;
  /** Whether a client gets the extension; other clients get GraphiQL without it. */
  isShownTo(client: PageClient): boolean;
}

/** Options of the page. `folder` is the path of the files, relative to the page. */
export interface PageOptions {
  readonly folder: string;
  readonly nonce: string;
  readonly extension?: Pick<PageExtension, 'script' | 'style' | 'markup' | 'settings'> | undefined;
}

/** The headers of the page. Its policy allows no other origin to serve files, receive requests or frame the page. */
export function pageHeaders(nonce: string): Record<string, string> {
  return {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': [
      "default-src 'none'",
      `script-src 'nonce-${nonce}'`,
      // The editor creates style elements and attributes: docs/decisions/009-graphiql.md.
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

/** Renders the page. Settings cannot leave their JSON element, whatever they contain. */
export function renderPage({ folder, nonce, extension }: PageOptions): string {
  const settings = {
    folder,
    tabs: EXAMPLES,
    // Without the bar, the editor for headers is the place for the token.
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

/**
 * GraphiQL fills the space below the bar. Tabs take several rows; on narrow screens one, and its two halves are stacked.
 * A tab stays where it is while it is pressed: GraphiQL would move it by what is left of an animation, away from the pointer, and
 * the click would be lost.
 */
const STYLE = `
body { display: flex; flex-direction: column; height: 100dvh; margin: 0; }
#graphiql { flex: 1; min-height: 0; }
#graphiql .graphiql-container { height: 100%; }
#graphiql-session { min-height: 0; }
#graphiql .graphiql-tab { transform: none !important; }
@media (min-width: 52rem) {
  #graphiql .graphiql-tabs { flex-wrap: wrap; row-gap: 0.25rem; }
  #graphiql .graphiql-session-header { flex: none; height: auto; min-height: var(--session-header-height); }
}
@media (max-width: 40rem) {
  #graphiql-session { flex-direction: column; }
  .graphiql-horizontal-drag-bar, .graphiql-logo { display: none; }
}`;

/** JSON that cannot close the script element or open a comment or another element. */
function toJson(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}

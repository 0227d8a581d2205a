// Starts GraphiQL in the browser. Served unchanged.

/**
 * @typedef {object} Settings
 * @property {string} folder The path of the files, relative to the page.
 * @property {readonly { query: string, variables?: string }[]} tabs
 * @property {string} [headers]
 * @property {{ script: string, settings: unknown }} [extension]
 */

/** @type {Settings} */
const { folder, tabs, headers, extension } = JSON.parse(
  document.getElementById('settings')?.textContent ?? '{}',
);
const urlOf = (/** @type {string} */ file) => new URL(`${folder}/${file}`, document.baseURI).href;

/** @type {Readonly<Record<string, string>>} */
const workers = { json: 'json.worker.js', graphql: 'graphql.worker.js' };
Object.assign(globalThis, {
  MonacoEnvironment: {
    globalAPI: false,
    getWorkerUrl: (/** @type {string} */ _module, /** @type {string} */ label) =>
      urlOf(workers[label] ?? 'editor.worker.js'),
  },
});

if (extension) await (await import(urlOf(extension.script))).start(extension.settings);

const linked = readLink();
const opened = linked ?? readOpenTab();
// The name that the bundle gives to its only function.
/** @type {{ renderYogaGraphiQL(element: Element | null, props: object): void }} */
const { renderYogaGraphiQL } = /** @type {any} */ (globalThis).YogaGraphiQL;
renderYogaGraphiQL(document.getElementById('graphiql'), {
  title: 'GraphiQL',
  defaultTabs: [...(linked ? [linked] : []), ...tabs].map((tab) => ({ headers, ...tab })),
  // GraphiQL selects the tab with the same content, or opens a new one.
  initialQuery: opened?.query,
  initialVariables: opened?.variables,
  initialHeaders: linked && headers,
  defaultHeaders: headers,
  defaultEditorToolsVisibility: !matchMedia('(max-width: 40rem)').matches,
  // Tokens must not be stored on disk.
  shouldPersistHeaders: false,
  // Stops the bundle from writing every keystroke into the URL: an edited query differs from that of the link.
  onEditQuery: () => history.replaceState(null, '', location.pathname),
});

/** The query in the URL of a link. */
function readLink() {
  const { searchParams } = new URL(location.href);
  const query = searchParams.get('query');
  return query === null ? undefined : { query, variables: searchParams.get('variables') ?? undefined };
}

/** The tab that was active when the page was left, from GraphiQL's storage. */

function readOpenTab() {
  try {
    const { tabs, activeTabIndex } = JSON.parse(localStorage.getItem('graphiql:tabState') ?? '');
    const { query, variables } = tabs[activeTabIndex];
    return { query: query ?? '', variables: variables ?? '' };
  } catch {
    return undefined;
  }
}

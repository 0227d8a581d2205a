// Starts GraphiQL in the browser. Served as it stands here.

/**
 * @typedef {object} Settings
 * @property {string} folder Where the files are, as seen from the page.
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
// The bundle's own name for its one function.
/** @type {{ renderYogaGraphiQL(element: Element | null, props: object): void }} */
const { renderYogaGraphiQL } = /** @type {any} */ (globalThis).YogaGraphiQL;
renderYogaGraphiQL(document.getElementById('graphiql'), {
  title: 'GraphiQL',
  defaultTabs: [...(linked ? [linked] : []), ...tabs].map((tab) => ({ headers, ...tab })),
  // GraphiQL goes to the tab that holds the very same, and opens one where there is none.
  initialQuery: opened?.query,
  initialVariables: opened?.variables,
  initialHeaders: linked && headers,
  defaultHeaders: headers,
  defaultEditorToolsVisibility: !matchMedia('(max-width: 40rem)').matches,
  // A token is not written to the disk.
  shouldPersistHeaders: false,
  // The bundle would write every keystroke into the address. Once edited, it is another query than that of the link.
  onEditQuery: () => history.replaceState(null, '', location.pathname),
});

/** The query in the address, as a link has it. */
function readLink() {
  const { searchParams } = new URL(location.href);
  const query = searchParams.get('query');
  return query === null ? undefined : { query, variables: searchParams.get('variables') ?? undefined };
}

/** What was in front when the page was left, as GraphiQL keeps it. */
function readOpenTab() {
  try {
    const { tabs, activeTabIndex } = JSON.parse(localStorage.getItem('graphiql:tabState') ?? '');
    const { query, variables } = tabs[activeTabIndex];
    return { query: query ?? '', variables: variables ?? '' };
  } catch {
    return undefined;
  }
}

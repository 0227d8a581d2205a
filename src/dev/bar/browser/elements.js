// The elements of the bar, by their ids.

/**
 * @param {HTMLSelectElement} select
 * @param {Readonly<Record<string, string>>} labels
 */
export function fill(select, labels) {
  select.replaceChildren(...Object.entries(labels).map(([value, label]) => new Option(label, value)));
}

/**
 * @param {string} id
 * @param {string} text
 * @param {'' | 'good' | 'bad' | 'cost'} [tone]
 */
export function say(id, text, tone = '') {
  const element = find(id, HTMLElement);
  // Screen readers announce a live region whenever it is written to.
  if (element.textContent !== text) element.textContent = text;
  element.title = text;
  element.dataset['tone'] = tone;
}

/**
 * @template {HTMLElement} T
 * @param {string} id
 * @param {new () => T} kind
 * @returns {T}
 */
export function find(id, kind) {
  const found = document.getElementById(id);
  if (found instanceof kind) return found;
  throw new Error(`The bar has no element #${id}`);
}

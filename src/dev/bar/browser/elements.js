// The elements of the bar, by their ids.

/**
 * @param {HTMLSelectElement} select
 * @param {Readonly<Record<string, string>>} labels
 */
export function fill(select, labels) {
  select.replaceChildren(...Object.entries(labels).map(([value, label]) => new Option(label, value)));
}

/**
 * Fills a menu anew and keeps what is selected in it, where that is still there. A menu whose labels are the same stays open.
 *
 * @param {HTMLSelectElement} select
 * @param {Readonly<Record<string, string>>} labels
 */
export function refill(select, labels) {
  const { value } = select;
  const shown = [...select.options].map((option) => [option.value, option.label]);
  if (JSON.stringify(shown) === JSON.stringify(Object.entries(labels))) return;
  fill(select, labels);
  if (value in labels) select.value = value;
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

// Commands to the server, which passes them on to the emulator.

/** @typedef {(name: string, input?: object) => Promise<any>} Command Such as `PUT name`. Rejects with a message for people. */

/**
 * @param {{ secret: string, secretHeader: string }} settings
 * @returns {Command}
 */
export function createCommand({ secret, secretHeader }) {
  return async (name, input = {}) => {
    const [method = '', path] = name.split(' ');
    const isRead = method === 'GET';
    const query = isRead ? `?${new URLSearchParams(Object.entries(input))}` : '';
    const answer = await fetch(`dev-bar/${path}${query}`, {
      method,
      headers: { 'content-type': 'application/json', [secretHeader]: secret },
      ...(!isRead && { body: JSON.stringify(input) }),
    });
    if (!answer.ok) throw new Error(answer.status === 404 ? 'Reload this page' : await answer.text());
    return answer.json();
  };
}

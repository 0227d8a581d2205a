// The page in the fragment of the URL, such as `#/teams/<id>`, so that any server of static files can serve the app. A link in an
// e-mail is `?link=<kind>&code=<code>`: providers add the code to the query.
import { useSyncExternalStore } from 'react';

/** A page of the app. */
export type Route =
  | { readonly page: 'home' | 'notes' | 'teams' | 'account' | 'lost' }
  | { readonly page: 'team'; readonly id: string };

/** The address of a page. */
export const hrefOf = {
  home: '#/',
  notes: '#/notes',
  teams: '#/teams',
  account: '#/account',
  team: (id: string) => `#/teams/${id}`,
} as const;

/** What a link in an e-mail is for. */
export type LinkKind = 'invitation' | 'email';

/** The code of a link in an e-mail. */
export interface EmailLink {
  readonly kind: LinkKind;
  readonly code: string;
}

/** The page in the URL; the component renders again when it changes. */
export function useRoute(): Route {
  return routeOf(useSyncExternalStore(subscribe, () => location.hash));
}

/** The link that the app was opened by. */
export function emailLink(): EmailLink | undefined {
  const query = new URLSearchParams(location.search);
  const [kind, code] = [query.get('link'), query.get('code')];
  return code && (kind === 'invitation' || kind === 'email') ? { kind, code } : undefined;
}

/** Where a link in an e-mail leads. */
export function callbackUrl(kind: LinkKind): string {
  return `${location.origin}${location.pathname}?link=${kind}`;
}

/** Leaves the link: its code is used up, and a reload would send it again. */
export function leaveLink(href: string): void {
  const query = new URLSearchParams(location.search);
  query.delete('link');
  query.delete('code');
  const rest = String(query);
  history.replaceState(null, '', `${location.pathname}${rest && `?${rest}`}${href}`);
  dispatchEvent(new HashChangeEvent('hashchange'));
}

function subscribe(listener: () => void): () => void {
  addEventListener('hashchange', listener);
  return () => removeEventListener('hashchange', listener);
}

function routeOf(hash: string): Route {
  const [page = '', id, ...more] = hash.replace(/^#?\/?/, '').split('/');
  if (more.length > 0) return { page: 'lost' };
  if (page === '' && id === undefined) return { page: 'home' };
  if (page === 'teams' && id) return { page: 'team', id };
  if ((page === 'notes' || page === 'teams' || page === 'account') && !id) return { page };
  return { page: 'lost' };
}

import type { Session } from '../session/session.ts';
import { SignOut } from '../sign-in/sign-out.tsx';
import { hrefOf, type Route } from './route.ts';

const PAGES = [
  { page: 'home', name: 'You', href: hrefOf.home },
  { page: 'notes', name: 'Notes', href: hrefOf.notes },
  { page: 'teams', name: 'Teams', href: hrefOf.teams },
  { page: 'account', name: 'Account', href: hrefOf.account },
] as const;

/** The top of the page. `route` is absent where no user is signed in. */
export function Header({ session, route }: { readonly session: Session; readonly route?: Route }) {
  const current = route?.page === 'team' ? 'teams' : route?.page;
  return (
    <header className="top">
      <span className="brand">
        <Mark />
        <span>Who am I?</span>
      </span>
      {route && (
        <nav aria-label="Pages">
          {PAGES.map(({ page, name, href }) => (
            <a key={page} href={href} aria-current={page === current ? 'page' : undefined}>
              {name}
            </a>
          ))}
        </nav>
      )}
      {route && <SignOut session={session} />}
    </header>
  );
}

function Mark() {
  return (
    <svg width="24" height="24" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="9" fill="#4f46e5" />
      <circle cx="16" cy="12" r="5" fill="#fff" />
      <path d="M7 26a9 9 0 0 1 18 0z" fill="#fff" />
    </svg>
  );
}

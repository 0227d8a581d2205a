import { Suspense } from 'react';
import type { Session } from '../session/session.ts';
import { useSession } from '../session/use-session.ts';
import type { Settings } from '../settings.ts';
import { SignIn } from '../sign-in/sign-in.tsx';
import { SignOut } from '../sign-in/sign-out.tsx';
import type { Wire } from '../wire/wire.ts';
import { WireLog } from '../wire/wire-log.tsx';
import { chosenVersion, VERSIONS } from './versions.tsx';

/** The dependencies of the app. */
export interface Parts {
  readonly settings: Settings;
  readonly session: Session;
  readonly wire: Wire;
}

/** The frame of the page; its content depends on the state of the session. */
export function App({ settings, session, wire }: Parts) {
  const state = useSession(session);
  const { id, ClientPage } = chosenVersion();
  return (
    <>
      <header className="top">
        <span className="brand">
          <Mark />
          <span>Who am I?</span>
        </span>
        <nav aria-label="GraphQL client">
          {VERSIONS.map((version) => (
            <a
              key={version.id}
              href={`?client=${version.id}`}
              aria-current={version.id === id ? 'page' : undefined}
            >
              {version.name}
            </a>
          ))}
        </nav>
        {state.kind === 'signed-in' && <SignOut session={session} />}
      </header>
      <main>
        {state.kind === 'starting' && <p role="status">Checking whether you are signed in …</p>}
        {state.kind === 'unreachable' && <Unreachable />}
        {state.kind === 'signed-out' && (
          <SignIn session={session} notice={state.notice} demo={settings.demo} />
        )}
        {state.kind === 'signed-in' && (
          <div className="cards" key={state.userId}>
            <h1 className="wide" tabIndex={-1} ref={takeFocus}>
              You are signed in
            </h1>
            <Suspense fallback={<p role="status">Loading …</p>}>
              <ClientPage options={{ url: settings.graphqlUrl, fetch: wire.fetch, session }} />
            </Suspense>
            <WireLog wire={wire} />
          </div>
        )}
      </main>
      <footer>
        One page, two GraphQL clients, the provider's own SDK. <code>examples/web</code>
      </footer>
    </>
  );
}

/** Moves the focus to the heading after sign-in, for keyboard users, since the form is removed. */
function takeFocus(heading: HTMLElement | null): void {
  heading?.focus();
}

function Mark() {
  return (
    <svg width="22" height="22" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="9" fill="#4f46e5" />
      <circle cx="16" cy="12" r="5" fill="#fff" />
      <path d="M7 26a9 9 0 0 1 18 0z" fill="#fff" />
    </svg>
  );
}

function Unreachable() {
  return (
    <section className="card sign-in" role="alert">
      <h1>The identity provider does not answer</h1>
      <p>Whether you are signed in is unknown at the moment. If you were signed in, you still are.</p>
      <button type="button" className="primary" onClick={() => location.reload()}>
        Try again
      </button>
    </section>
  );
}

import { Suspense } from 'react';
import type { Session, SessionState } from '../session/session.ts';
import { useSession } from '../session/use-session.ts';
import type { Settings } from '../settings.ts';
import { SignIn } from '../sign-in/sign-in.tsx';
import type { Wire } from '../wire/wire.ts';
import { WireLog } from '../wire/wire-log.tsx';
import { Footer } from './footer.tsx';
import { Header } from './header.tsx';
import { Pages } from './pages.tsx';
import { useRoute } from './route.ts';
import { chosenVersion } from './versions.tsx';

/** The dependencies of the app. */
export interface Parts {
  readonly settings: Settings;
  readonly session: Session;
  readonly wire: Wire;
}

/** The frame of the page; its content depends on the state of the session. */
export function App(parts: Parts) {
  const state = useSession(parts.session);
  const route = useRoute();
  const isSignedIn = state.kind === 'signed-in';
  return (
    <>
      <Header session={parts.session} {...(isSignedIn && { route })} />
      <main>{isSignedIn ? <SignedIn {...parts} {...state} /> : <SignedOut {...parts} state={state} />}</main>
      <Footer />
    </>
  );
}

type User = Extract<SessionState, { kind: 'signed-in' }>;

function SignedIn({ settings, session, wire, userId, isAnonymous }: Parts & User) {
  const { ClientGraph } = chosenVersion();
  const route = useRoute();
  // Another user, or a visitor who has become a member, gets another client with an empty cache.
  return (
    <Suspense key={`${userId} ${isAnonymous}`} fallback={<p role="status">Loading …</p>}>
      <ClientGraph options={{ url: settings.graphqlUrl, fetch: wire.fetch, session }}>
        <Pages route={route} session={session} userId={userId} />
      </ClientGraph>
      <WireLog wire={wire} />
    </Suspense>
  );
}

function SignedOut({ settings, session, state }: Parts & { readonly state: SessionState }) {
  if (state.kind === 'signed-out')
    return <SignIn session={session} notice={state.notice} demo={settings.demo} />;
  if (state.kind === 'unreachable') return <Unreachable />;
  return <p role="status">Checking whether you are signed in …</p>;
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

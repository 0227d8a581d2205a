import { useSyncExternalStore } from 'react';
import type { Session, SessionState } from './session.ts';

/** The state of the session; the component renders again when it changes. */
export function useSession(session: Session): SessionState {
  return useSyncExternalStore(session.subscribe, session.state);
}

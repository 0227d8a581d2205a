import { useSyncExternalStore } from 'react';
import type { Session, SessionState } from './session.ts';

/** Whether somebody is signed in, now and after every change. */
export function useSession(session: Session): SessionState {
  return useSyncExternalStore(session.subscribe, session.state);
}

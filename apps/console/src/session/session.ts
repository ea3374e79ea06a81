import { useSyncExternalStore } from "react";

const STORED_AS = "fairlead.token";

/** Who is signed in: the token, or why there is none any more. */
export interface Session {
  readonly token: string | undefined;
  /** Said on the sign-in page; undefined when nobody was signed in before. */
  readonly reason: string | undefined;
}

const listeners = new Set<() => void>();
// Session storage and nothing longer: the token leaves with the tab, and no other tab or site sees it (ADR 0007).
let session: Session = { token: sessionStorage.getItem(STORED_AS) ?? undefined, reason: undefined };

/** The present session. */
export function useSession(): Session {
  return useSyncExternalStore(subscribe, () => session);
}

/** Keeps a token that the API has accepted. */
export function startSession(token: string): void {
  sessionStorage.setItem(STORED_AS, token);
  change({ token, reason: undefined });
}

/** Forgets the token. The page that is open stays in the address, so that signing in again comes back to it. */
export function endSession(reason: string): void {
  sessionStorage.removeItem(STORED_AS);
  change({ token: undefined, reason });
}

function change(next: Session): void {
  session = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

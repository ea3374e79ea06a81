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
let session: Session = {
  token: takeTokenFromAddress() ?? sessionStorage.getItem(STORED_AS) ?? undefined,
  reason: undefined,
};

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

/**
 * The token of a link that signs in, `/#token=fl_tok_…`, as `npm start` prints one. A fragment never leaves the browser,
 * so no server's log has it; it is taken out of the address, and with it out of the history, before anything is drawn.
 */
function takeTokenFromAddress(): string | undefined {
  const token = /^#token=(fl_tok_\w+)$/.exec(location.hash)?.[1];
  if (token === undefined) return undefined;
  history.replaceState(null, "", location.pathname + location.search);
  sessionStorage.setItem(STORED_AS, token);
  return token;
}

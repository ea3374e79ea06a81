import { useSyncExternalStore } from "react";

const listeners = new Set<() => void>();
let message = "";

/** Says something to screen readers when they have finished what they are at. */
export function announce(text: string): void {
  message = text;
  for (const listener of listeners) listener();
}

/** The live region that {@link announce} speaks through. Once per page. */
export function Announcer() {
  const text = useSyncExternalStore(subscribe, () => message);
  return (
    <div aria-live="polite" className="sr-only">
      {text}
    </div>
  );
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

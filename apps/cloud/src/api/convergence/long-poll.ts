import type { ConvergenceState, OrganizationId } from "@fairlead/contract";
import type { ApiDeps } from "../api-env.ts";

/** How long a waiter trusts notifications alone, in milliseconds: another replica's hub notifies nobody here. It grows. */
const FIRST_RECHECK_MS = 100;
const LAST_RECHECK_MS = 1000;

/** Reads until the state is settled, or for `waitMs` at most; gives what it read last. */
export async function longPoll<T extends { readonly state: ConvergenceState }>(
  deps: Pick<ApiDeps, "clock" | "stateChanged">,
  organization: OrganizationId,
  waitMs: number,
  signal: AbortSignal,
  read: () => Promise<T>,
): Promise<T> {
  const deadline = deps.clock.now() + waitMs;
  for (let recheckMs = FIRST_RECHECK_MS; ; recheckMs = Math.min(recheckMs * 1.5, LAST_RECHECK_MS)) {
    // Listening begins before reading, so that nothing falls between.
    const leftMs = deadline - deps.clock.now();
    const stop = new AbortController();
    const changed = deps.stateChanged(
      organization,
      Math.min(recheckMs, Math.max(0, leftMs)),
      AbortSignal.any([signal, stop.signal]),
    );
    try {
      const result = await read();
      const settled = result.state !== "progressing" && result.state !== "unknown";
      if (settled || leftMs <= 0 || signal.aborted) return result;
      await changed;
    } finally {
      stop.abort();
    }
  }
}

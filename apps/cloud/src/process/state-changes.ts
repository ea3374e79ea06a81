import type { OrganizationId } from "@fairlead/contract";

/** Tells waiters in this process that an organization's reported state may have changed. */
export class StateChanges {
  readonly #waiters = new Map<OrganizationId, Set<() => void>>();

  /** Wakes whoever waits for the organization. */
  announce(organization: OrganizationId): void {
    const waiters = this.#waiters.get(organization);
    this.#waiters.delete(organization);
    for (const wake of waiters ?? []) wake();
  }

  /** Resolves at the next announcement, after `timeoutMs`, or when aborted; never rejects. */
  wait(organization: OrganizationId, timeoutMs: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const waiters = this.#waiters.get(organization) ?? new Set();
      this.#waiters.set(organization, waiters);
      const wake = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", wake);
        waiters.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, timeoutMs);
      signal.addEventListener("abort", wake, { once: true });
      waiters.add(wake);
      if (signal.aborted) wake();
    });
  }
}

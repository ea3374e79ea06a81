/** What the process's exit code says. Documented in the README; a test holds both to each other. */
export const EXIT = {
  /** Done; with `diff`: no changes; with `wait`: converged. */
  ok: 0,
  /** It failed, and the message says why. */
  error: 1,
  /** `diff` or `plan` found changes. */
  changes: 2,
  /** `wait` ran out of time. */
  timeout: 3,
  /** `wait` saw a rejection. */
  rejected: 4,
  /** `route match`: nothing takes the request (404, or nothing listens). */
  notRouted: 5,
  /** `route match`: the proxy answers with an error of its own (400, 500, 503). */
  failing: 6,
  /** `plan` found something that will not work. */
  findings: 7,
} as const;

/** An exit code of the CLI. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

// What of the core a browser gets: all that needs nothing but the language. Taken by the export condition "browser".
export { type BackoffOptions, fullJitter, type RetryOptions, retry } from "./backoff.ts";
export { type Clock, type Rng, systemClock, systemRng } from "./clock.ts";
export { ERROR_CODES, type ErrorCode, type FieldProblem, MeshError, type MeshErrorOptions } from "./errors.ts";
export { compareRevisions, formatRevision, parseRevision, type Revision } from "./revision.ts";
export { Secret } from "./secret.ts";

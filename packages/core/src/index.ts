export { type BackoffOptions, fullJitter, type RetryOptions, retry } from "./backoff.ts";
export { type Clock, type Rng, systemClock, systemRng } from "./clock.ts";
export { envBoolean, envPort, readConfig, secretString } from "./config.ts";
export { ERROR_CODES, type ErrorCode, type FieldProblem, MeshError, type MeshErrorOptions } from "./errors.ts";
export { Journal, type JournalOptions } from "./journal.ts";
export { createLog, type Log, type LogFields, type LogOptions, silentLog } from "./log.ts";
export { createMetrics, type Metrics } from "./metrics.ts";
export { compareRevisions, formatRevision, parseRevision, type Revision } from "./revision.ts";
export { Secret } from "./secret.ts";

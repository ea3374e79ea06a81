/**
 * The closed list of error codes. Each has a page in `docs/errors/` that says what to check.
 * A code is an interface: it may be added, never renamed.
 */
export const ERROR_CODES = [
  "invalid_request",
  "invalid_field",
  "unknown_field",
  "malformed_body",
  "body_too_large",
  "unauthenticated",
  "not_found",
  "already_exists",
  "claim_conflict",
  "not_granted",
  "precondition_required",
  "revision_mismatch",
  "reference_in_use",
  "rate_limited",
  "join_token_invalid",
  "frame_invalid",
  "frame_too_large",
  "protocol_violation",
  "cluster_revoked",
  "cluster_cloned",
  "foreign_object",
  "guard_refused",
  "cache_corrupt",
  "unavailable",
  "timeout",
  "internal",
] as const;

/** One of {@link ERROR_CODES}. */
export type ErrorCode = (typeof ERROR_CODES)[number];

/** One thing wrong with one field: where, what was given, what would be right. */
export interface FieldProblem {
  /** Dotted path with `[i]` for list items, such as `spec.rules[0].matches[1].path.value`. */
  readonly field: string;
  /** The offending value as short JSON; never a secret. */
  readonly value?: string;
  /** What would be right, in a sentence. */
  readonly message: string;
}

export interface MeshErrorOptions {
  /** Safe to show to the user: names the thing, the value and the next step. */
  readonly public: string;
  /** For the log alone. Defaults to `public`. */
  readonly internal?: string;
  readonly fields?: readonly FieldProblem[];
  readonly cause?: unknown;
  /** When a retry can help, after how many milliseconds. */
  readonly retryAfterMs?: number;
}

/** The one error type that crosses package borders. `message` is the internal text; `public` is what users see. */
export class MeshError extends Error {
  override readonly name = "MeshError";
  readonly code: ErrorCode;
  readonly public: string;
  readonly fields: readonly FieldProblem[];
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode, options: MeshErrorOptions) {
    super(options.internal ?? options.public, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.public = options.public;
    this.fields = options.fields ?? [];
    this.retryAfterMs = options.retryAfterMs;
  }

  /** Turns anything thrown into a MeshError; what is not one already becomes `internal` with a text that leaks nothing. */
  static from(thrown: unknown): MeshError {
    if (thrown instanceof MeshError) return thrown;
    const internal = thrown instanceof Error ? thrown.message : String(thrown);
    return new MeshError("internal", {
      public: "Something failed on our side. Try again; if it stays, report the request id.",
      internal,
      cause: thrown,
    });
  }
}

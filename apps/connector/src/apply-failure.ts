import { type ErrorCode, MeshError } from "@fairlead/core";
import { statusOf } from "@fairlead/kubernetes";
import type { StageReason } from "@fairlead/tunnel";

/** What a failed try means. */
export interface ApplyFailure {
  readonly why: StageReason;
  /** The API server's word stands until the object or its surroundings change; else another try may pass. */
  readonly refused: boolean;
  /** When to try again, in milliseconds; undefined leaves it to the back-off. */
  readonly retryAfterMs: number | undefined;
}

/** How often something refused is tried again, in case its surroundings changed: a namespace, a CRD, a webhook. */
const REFUSED_RETRY_MS = 10_000;

const REFUSALS: readonly ErrorCode[] = [
  "invalid_request",
  "invalid_field",
  "unknown_field",
  "malformed_body",
  "body_too_large",
  "not_found",
  "not_granted",
  "foreign_object",
];

/** Sorts a failure into refused for a reason, or worth another try; the words are the API server's own. */
export function applyFailure(thrown: unknown): ApplyFailure {
  const error = MeshError.from(thrown);
  const [problem] = error.fields;
  const refused = REFUSALS.includes(error.code);
  // `public` hides what is not ours to show, except that here nobody else said anything.
  const message = statusOf(error) === undefined && error.code === "internal" ? error.message : error.public;
  return {
    why: { reason: error.code, field: problem?.field ?? "", message },
    refused,
    retryAfterMs: error.retryAfterMs ?? (refused ? REFUSED_RETRY_MS : undefined),
  };
}

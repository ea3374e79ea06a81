import { ERROR_CODES, type ErrorCode, MeshError } from "@fairlead/core";
import { z } from "@hono/zod-openapi";

/** The HTTP status of each error code. Codes of the tunnel and of local caches have one too, for the rare case that they reach HTTP. */
export const PROBLEM_STATUS = {
  invalid_request: 400,
  malformed_body: 400,
  invalid_field: 422,
  unknown_field: 422,
  body_too_large: 413,
  unauthenticated: 401,
  not_found: 404,
  already_exists: 409,
  claim_conflict: 409,
  not_granted: 403,
  precondition_required: 428,
  revision_mismatch: 412,
  reference_in_use: 409,
  rate_limited: 429,
  join_token_invalid: 401,
  frame_invalid: 400,
  frame_too_large: 413,
  protocol_violation: 400,
  cluster_revoked: 403,
  cluster_cloned: 409,
  foreign_object: 409,
  guard_refused: 403,
  cache_corrupt: 500,
  unavailable: 503,
  timeout: 504,
  internal: 500,
} as const satisfies Record<ErrorCode, number>;

/** A short name of each error code, the same for every occurrence. */
export const PROBLEM_TITLE: Readonly<Record<ErrorCode, string>> = {
  invalid_request: "The request is not valid",
  malformed_body: "The body cannot be read",
  invalid_field: "A field is not valid",
  unknown_field: "A field is not known",
  body_too_large: "The body is too large",
  unauthenticated: "No valid token",
  not_found: "Not found",
  already_exists: "It exists already",
  claim_conflict: "Another intent holds this object",
  not_granted: "Not granted",
  precondition_required: "If-Match is required",
  revision_mismatch: "It has changed since it was read",
  reference_in_use: "Something still refers to it",
  rate_limited: "Too many requests",
  join_token_invalid: "The join token cannot be used",
  frame_invalid: "A tunnel frame is not valid",
  frame_too_large: "A tunnel frame is too large",
  protocol_violation: "The tunnel protocol was broken",
  cluster_revoked: "The cluster's access was revoked",
  cluster_cloned: "Another connector has this cluster's identity",
  foreign_object: "The object belongs to someone else",
  guard_refused: "The cluster's owner does not allow it",
  cache_corrupt: "A local cache is damaged",
  unavailable: "Not available for the moment",
  timeout: "It took too long",
  internal: "Something failed on our side",
};

/** Media type of {@link problemSchema}. Source: RFC 9457. */
export const PROBLEM_MEDIA_TYPE = "application/problem+json";

/** The largest request body that is read, in bytes (`body_too_large` past it). One intent of the largest kind fits well. */
export const MAX_BODY_BYTES = 1_048_576;

/** Where the page of an error code is. */
export function problemType(code: ErrorCode): string {
  return `https://fairlead.dev/errors/${code}`;
}

/** One thing wrong with one field, as {@link FieldProblem} of the core says it. */
const fieldProblemSchema = z
  .object({
    field: z.string().openapi({ description: "Path such as spec.rules[0].matches[1].path.value." }),
    value: z.string().optional().openapi({ description: "The offending value as short JSON; never a secret." }),
    message: z.string().openapi({ description: "What would be right." }),
  })
  .openapi("FieldProblem");

/** The body of every answer that is not a success. Source: RFC 9457. */
export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string().openapi({ description: "Names the thing, the value and the next step." }),
    code: z.enum(ERROR_CODES),
    requestId: z.string(),
    errors: z.array(fieldProblemSchema),
  })
  .openapi("Problem");

/** The body of every answer that is not a success. */
export type Problem = z.output<typeof problemSchema>;

/** The problem document of an error: its public text only. */
export function toProblem(error: MeshError, requestId: string): Problem {
  return {
    type: problemType(error.code),
    title: PROBLEM_TITLE[error.code],
    status: PROBLEM_STATUS[error.code],
    detail: error.public,
    code: error.code,
    requestId,
    errors: error.fields.map((field) => ({ ...field })),
  };
}

/** The error a problem document stands for, on the client's side. */
export function fromProblem(problem: Problem, retryAfterMs?: number): MeshError {
  return new MeshError(problem.code, {
    public: problem.detail,
    internal: `${problem.status} ${problem.code}: ${problem.detail} (request ${problem.requestId})`,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    fields: problem.errors.map(({ field, value, message }) => ({
      field,
      message,
      ...(value === undefined ? {} : { value }),
    })),
  });
}

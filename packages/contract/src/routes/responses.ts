import { z } from "@hono/zod-openapi";
import { PROBLEM_MEDIA_TYPE, problemSchema } from "../problem.ts";

/** The problem answers a route declares, by HTTP status. Any route may besides answer 401, 413, 429, 500 and 503. */
const PROBLEM_TEXT = {
  400: "The request cannot be read (malformed_body, invalid_request).",
  401: "No valid token (unauthenticated).",
  403: "Not allowed (not_granted).",
  404: "Absent, or not visible to this token (not_found).",
  409: "In conflict with something else (already_exists, claim_conflict, reference_in_use).",
  412: "Changed since it was read (revision_mismatch).",
  413: "The body is too large (body_too_large).",
  422: "Fields are not valid (invalid_field, unknown_field).",
  428: "If-Match is missing (precondition_required).",
  429: "Too many requests (rate_limited).",
} as const;

type ProblemStatus = keyof typeof PROBLEM_TEXT;

function problem(status: ProblemStatus) {
  return { description: PROBLEM_TEXT[status], content: { [PROBLEM_MEDIA_TYPE]: { schema: problemSchema } } };
}

/** Problem answers of a read. */
export const readProblems = { 401: problem(401), 404: problem(404), 422: problem(422), 429: problem(429) };

/** Problem answers of a write with a body. */
export const writeProblems = {
  400: problem(400),
  401: problem(401),
  403: problem(403),
  404: problem(404),
  409: problem(409),
  413: problem(413),
  422: problem(422),
  429: problem(429),
};

/** Problem answers of a write that needs If-Match. */
export const conditionalProblems = { ...writeProblems, 412: problem(412), 428: problem(428) };

const etagHeaders = z.object({
  ETag: z.string().openapi({ description: 'The revision in quotes, such as "1.42"; send it back in If-Match.' }),
});

/** A JSON answer. */
export function json<S extends z.ZodType>(description: string, schema: S) {
  return { description, content: { "application/json": { schema } } };
}

/** A JSON answer that carries the resource's ETag. */
export function tagged<S extends z.ZodType>(description: string, schema: S) {
  return { description, headers: etagHeaders, content: { "application/json": { schema } } };
}

/** A JSON body, which the request must have. */
export function body<S extends z.ZodType>(schema: S) {
  return { required: true, content: { "application/json": { schema } } };
}

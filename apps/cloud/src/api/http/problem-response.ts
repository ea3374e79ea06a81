import { PROBLEM_MEDIA_TYPE, PROBLEM_STATUS, toProblem } from "@fairlead/contract";
import { type ErrorCode, type Log, MeshError } from "@fairlead/core";
import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import type { ApiEnv } from "../api-env.ts";

/**
 * The answer to a request that failed. Whatever is absent, of another tenant or of another kind gets the same
 * `not_found`, built afresh, so that nothing in the answer tells which it was.
 */
export function problemResponse(thrown: unknown, c: Context<ApiEnv>, log: Log): Response {
  const error = asMeshError(thrown);
  const requestId = c.get("requestId") ?? "none";
  const status: number = PROBLEM_STATUS[error.code];
  if (status >= 500) log.error("request failed", { requestId, method: c.req.method, path: c.req.path, error });
  const headers = new Headers({ "content-type": PROBLEM_MEDIA_TYPE, "x-request-id": requestId });
  if (status === 401) headers.set("www-authenticate", "Bearer");
  // The rest of a body nobody reads would be taken for the next request.
  if (status === 413) headers.set("connection", "close");
  if (error.retryAfterMs !== undefined) headers.set("retry-after", String(Math.ceil(error.retryAfterMs / 1000)));
  const problem = toProblem(error.code === "not_found" ? notFound() : error, requestId);
  return new Response(JSON.stringify(problem), { status, headers });
}

/** The one answer for what is absent or not visible. */
export function notFound(): MeshError {
  return new MeshError("not_found", { public: "Nothing of that id is visible to this token." });
}

// Errors of the framework itself: only a few can come, each with one meaning here.
const FRAMEWORK: Readonly<Record<number, ErrorCode>> = { 400: "malformed_body", 413: "body_too_large" };

function asMeshError(thrown: unknown): MeshError {
  if (thrown instanceof HTTPException) {
    const code = FRAMEWORK[thrown.status];
    if (code !== undefined) return new MeshError(code, { public: thrown.message, cause: thrown });
  }
  return MeshError.from(thrown);
}

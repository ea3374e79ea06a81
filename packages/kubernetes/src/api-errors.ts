import { type ErrorCode, type FieldProblem, MeshError } from "@fairlead/core";
import type { KubernetesStatus } from "@fairlead/kubernetes-types";

/**
 * A failed request as a MeshError. The text is the API server's own, `fields` are the causes it named, and
 * {@link statusOf} gives the whole answer back.
 */
export function apiError(status: KubernetesStatus, httpStatus: number, request: string): MeshError {
  const code = errorCode(status, httpStatus);
  const retryAfter = status.details?.retryAfterSeconds;
  const message = status.message ?? `The Kubernetes API answered ${httpStatus}.`;
  return new MeshError(code, {
    public: message,
    internal: `${request}: ${httpStatus} ${status.reason ?? ""}: ${message}`,
    fields: fieldProblems(status),
    cause: status,
    ...(retryAfter === undefined ? {} : { retryAfterMs: retryAfter * 1000 }),
  });
}

/** The API server's answer behind an error, when there was one. */
export function statusOf(error: unknown): KubernetesStatus | undefined {
  const cause: unknown = error instanceof MeshError ? error.cause : undefined;
  return isStatus(cause) ? cause : undefined;
}

/** The object (or the kind) is not there. */
export function isNotFound(error: unknown): boolean {
  return statusOf(error)?.code === 404;
}

/** The API server does not let us do this. */
export function isForbidden(error: unknown): boolean {
  return statusOf(error)?.code === 403;
}

/** Someone else changed the object since it was read, or another manager owns a field that was applied. */
export function isConflict(error: unknown): boolean {
  return statusOf(error)?.reason === "Conflict";
}

/** A field that was applied belongs to another manager. */
export function isFieldConflict(error: unknown): boolean {
  const status = statusOf(error);
  return (
    status?.reason === "Conflict" &&
    (status.details?.causes ?? []).some((cause) => cause.reason === "FieldManagerConflict")
  );
}

/** An object of this name is there already. */
export function isAlreadyExists(error: unknown): boolean {
  return statusOf(error)?.reason === "AlreadyExists";
}

/** The resourceVersion is too old (410), or newer than anything the server has: only a new list helps. */
export function isExpired(error: unknown): boolean {
  const status = statusOf(error);
  if (status === undefined) return false;
  if (status.code === 410 || status.reason === "Expired" || status.reason === "Gone") return true;
  return (status.details?.causes ?? []).some((cause) => cause.reason === "ResourceVersionTooLarge");
}

/** Whether a value is a Status object. */
export function isStatus(value: unknown): value is KubernetesStatus {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === "Status";
}

const CODE_BY_HTTP_STATUS: Readonly<Record<number, ErrorCode>> = {
  400: "invalid_request",
  401: "unauthenticated",
  403: "not_granted",
  404: "not_found",
  405: "invalid_request",
  406: "invalid_request",
  410: "revision_mismatch",
  412: "revision_mismatch",
  413: "body_too_large",
  415: "malformed_body",
  422: "invalid_field",
  429: "rate_limited",
  504: "timeout",
};

/** How server-side apply refuses a field: as a 500 without a reason, though trying again will never help. */
const UNDECLARED_FIELD = /: \.(?<field>\S+): field not declared in schema/;

function errorCode(status: KubernetesStatus, httpStatus: number): ErrorCode {
  if (httpStatus === 500 && UNDECLARED_FIELD.test(status.message ?? "")) return "unknown_field";
  if (httpStatus === 409) {
    if (status.reason === "AlreadyExists") return "already_exists";
    const causes = status.details?.causes ?? [];
    return causes.some((cause) => cause.reason === "FieldManagerConflict") ? "foreign_object" : "revision_mismatch";
  }
  return CODE_BY_HTTP_STATUS[httpStatus] ?? "unavailable";
}

function fieldProblems(status: KubernetesStatus): FieldProblem[] {
  const undeclared = UNDECLARED_FIELD.exec(status.message ?? "")?.groups?.field;
  if (undeclared !== undefined) return [{ field: undeclared, message: "The kind has no such field." }];
  return (status.details?.causes ?? []).map((cause) => ({
    field: (cause.field ?? "").replace(/^\./, ""),
    message: cause.message ?? cause.reason ?? "",
  }));
}

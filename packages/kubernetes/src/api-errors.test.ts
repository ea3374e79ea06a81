import type { KubernetesStatus } from "@fairlead/kubernetes-types";
import { describe, expect, test } from "vitest";
import { apiError, isExpired, isFieldConflict, statusOf } from "./api-errors.ts";

const status = (reason: string, causes: NonNullable<KubernetesStatus["details"]>["causes"] = []): KubernetesStatus => ({
  apiVersion: "v1",
  kind: "Status",
  message: `the server says ${reason}`,
  reason,
  details: { causes, retryAfterSeconds: 2 },
});

describe("errors of the Kubernetes API", () => {
  test.each([
    [400, "BadRequest", "invalid_request"],
    [401, "Unauthorized", "unauthenticated"],
    [403, "Forbidden", "not_granted"],
    [404, "NotFound", "not_found"],
    [409, "AlreadyExists", "already_exists"],
    [409, "Conflict", "revision_mismatch"],
    [410, "Expired", "revision_mismatch"],
    [413, "RequestEntityTooLarge", "body_too_large"],
    [422, "Invalid", "invalid_field"],
    [429, "TooManyRequests", "rate_limited"],
    [500, "InternalError", "unavailable"],
    [503, "ServiceUnavailable", "unavailable"],
    [504, "Timeout", "timeout"],
  ])("%d %s is %s, in the server's own words", (httpStatus, reason, code) => {
    const error = apiError(status(reason), httpStatus, "GET /x");
    expect(error).toMatchObject({ code, public: `the server says ${reason}`, retryAfterMs: 2000 });
    expect(error.message).toBe(`GET /x: ${httpStatus} ${reason}: the server says ${reason}`);
    expect(statusOf(error)?.reason).toBe(reason);
  });

  test("a conflict over fields is a foreign object and names the fields", () => {
    const cause = { reason: "FieldManagerConflict", message: 'conflict with "x"', field: ".spec.a" };
    const error = apiError(status("Conflict", [cause]), 409, "PATCH /x");
    expect(error.code).toBe("foreign_object");
    expect(isFieldConflict(error)).toBe(true);
    expect(error.fields).toEqual([{ field: "spec.a", message: 'conflict with "x"' }]);
  });

  test("a resourceVersion from another life of the server is as expired as one that is too old", () => {
    const cause = { reason: "ResourceVersionTooLarge", message: "Too large resource version" };
    expect(isExpired(apiError(status("Timeout", [cause]), 504, "GET /x"))).toBe(true);
    expect(isExpired(apiError({ ...status("Expired"), code: 410 }, 410, "GET /x"))).toBe(true);
    expect(isExpired(apiError(status("Timeout"), 504, "GET /x"))).toBe(false);
  });
});

import type { HeaderLine } from "./request.ts";

/** Whether a content type is that of gRPC: `application/grpc`, or that with `+` and anything behind it. */
export function isGrpcContentType(contentType: string): boolean {
  return /^application\/grpc(\+.*)?$/s.test(contentType);
}

/** Whether a request is one of gRPC, as a proxy tells from its first content type. */
export function isGrpcRequest(headers: readonly HeaderLine[]): boolean {
  return isGrpcContentType(headers.find(({ name }) => name.toLowerCase() === "content-type")?.value.trim() ?? "");
}

/**
 * The `grpc-status` by which a proxy says an HTTP status of its own to a client of gRPC; the answer itself is a 200. See
 * "HTTP to gRPC Status Code Mapping" in the documentation of gRPC.
 */
export function grpcStatusOf(status: number): number {
  switch (status) {
    case 400:
      return GRPC.internal;
    case 401:
      return GRPC.unauthenticated;
    case 403:
      return GRPC.permissionDenied;
    case 404:
      return GRPC.unimplemented;
    case 429:
    case 502:
    case 503:
    case 504:
      return GRPC.unavailable;
    default:
      return GRPC.unknown;
  }
}

const GRPC = { unknown: 2, permissionDenied: 7, unimplemented: 12, internal: 13, unavailable: 14, unauthenticated: 16 };

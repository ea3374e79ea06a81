import type { Chain } from "@fairlead/mesh-model";
import { accessLog } from "./access-log.ts";
import { duration, type Fields } from "./extension.ts";
import { HttpProtocolOptions_HeadersWithUnderscoresAction } from "./gen/envoy/config/core/v3/protocol_pb.js";
import {
  HttpConnectionManager_CodecType,
  HttpConnectionManager_PathWithEscapedSlashesAction,
  HttpConnectionManager_ServerHeaderTransformation,
  type HttpConnectionManagerSchema,
} from "./gen/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager_pb.js";
import { HTTP_FILTERS } from "./http-filters.ts";
import type { TranslateOptions } from "./options.ts";
import { SCOPED_ROUTES, scopeMutation } from "./scope-lookup.ts";

/** Clients from here are internal: their `x-envoy-*` headers are kept and they are marked `x-envoy-internal`. */
const INTERNAL_RANGES: readonly [string, number][] = [
  ["10.0.0.0", 8],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
  ["127.0.0.1", 32],
  ["::1", 128],
];

/** A stream on which nothing moves for this long is ended. A route with a longer timeout raises it. */
export const STREAM_IDLE_TIMEOUT_MS = 300_000;

/** How a chain speaks HTTP to clients. The figures without a reason of their own are Envoy's advice for edge proxies. */
export function connectionManager(chain: Chain, options: TranslateOptions): Fields<typeof HttpConnectionManagerSchema> {
  return {
    statPrefix: chain.id,
    codecType: HttpConnectionManager_CodecType.AUTO,
    routeSpecifier: { case: "scopedRoutes", value: SCOPED_ROUTES },
    earlyHeaderMutationExtensions: [scopeMutation(chain.id)],
    httpFilters: [...HTTP_FILTERS],
    accessLog: accessLog(options.accessLog),

    // The client is the TCP peer; it is appended to x-forwarded-for, and x-forwarded-proto, x-request-id are ours.
    useRemoteAddress: true,
    xffNumTrustedHops: options.trustedHops ?? 0,
    internalAddressConfig: {
      cidrRanges: INTERNAL_RANGES.map(([addressPrefix, prefixLen]) => ({ addressPrefix, prefixLen })),
    },
    // The backend's own name, not ours.
    serverHeaderTransformation: HttpConnectionManager_ServerHeaderTransformation.PASS_THROUGH,
    upgradeConfigs: [{ upgradeType: "websocket" }],

    // A path is matched in the form in which the backend will understand it, so that no spelling of it (`/a/../b`,
    // `//b`, `%2e%2e%2fb`) walks around a route or a rule. Escaped slashes are unescaped through a redirect: the client
    // sees what its path means.
    normalizePath: true,
    mergeSlashes: true,
    pathWithEscapedSlashesAction: HttpConnectionManager_PathWithEscapedSlashesAction.UNESCAPE_AND_REDIRECT,

    commonHttpProtocolOptions: {
      idleTimeout: duration(3_600_000),
      // No limit on a whole stream: downloads and streams of events may last. Idle ones end all the same.
      maxStreamDuration: duration(0),
      // Names with underscores are legal and in use; dropping them would surprise who moves here.
      headersWithUnderscoresAction: HttpProtocolOptions_HeadersWithUnderscoresAction.ALLOW,
    },
    streamIdleTimeout: duration(STREAM_IDLE_TIMEOUT_MS),
    // Ends clients that trickle their headers to hold connections.
    requestHeadersTimeout: duration(10_000),
    http2ProtocolOptions: {
      maxConcurrentStreams: 100,
      initialStreamWindowSize: 65_536,
      initialConnectionWindowSize: 1_048_576,
    },
  };
}

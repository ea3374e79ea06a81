import { extension, type Fields } from "./extension.ts";
import type { RetryPolicySchema } from "./gen/envoy/config/route/v3/route_components_pb.js";
import { PreviousHostsPredicateSchema } from "./gen/envoy/extensions/retry/host/previous_hosts/v3/previous_hosts_pb.js";

const previousHosts = extension("envoy.retry_host_predicates.previous_hosts", PreviousHostsPredicateSchema, {});

/**
 * Tries again only when no backend has seen the request: the connection failed, the stream was refused, or it was
 * reset before anything was sent. So an endpoint that leaves between two updates fails no request, and none is done
 * twice. Each try prefers an endpoint not tried yet.
 */
export const RETRY: Fields<typeof RetryPolicySchema> = {
  retryOn: "connect-failure,refused-stream,reset-before-request",
  numRetries: 2,
  retryHostPredicate: [
    { name: previousHosts.name, configType: { case: "typedConfig", value: previousHosts.typedConfig } },
  ],
  hostSelectionRetryMaxAttempts: 3n,
};

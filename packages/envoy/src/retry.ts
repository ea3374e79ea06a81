import type { ForwardAction } from "@fairlead/mesh-model";
import { duration, extension, type Fields } from "./extension.ts";
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

const CONNECTION = "connect-failure,refused-stream,reset";

/** Envoy's own factor between the base of the waits and the longest one. */
const MAX_BACKOFF_FACTOR = 10;

/**
 * The retries a route asks for: after connection errors and tries that took too long, and after the statuses it names.
 * Undefined: {@link RETRY} holds. Envoy draws each wait between nothing and the base, which doubles with every try.
 */
export function retryPolicy({ retry, tryTimeoutMs = 0 }: ForwardAction): Fields<typeof RetryPolicySchema> | undefined {
  if (retry === undefined) return undefined;
  const { statuses, attempts, backoffMs = 0 } = retry;
  return {
    ...RETRY,
    retryOn: statuses.length === 0 ? CONNECTION : `${CONNECTION},retriable-status-codes`,
    retriableStatusCodes: [...statuses],
    numRetries: attempts,
    ...(tryTimeoutMs > 0 && { perTryTimeout: duration(tryTimeoutMs) }),
    ...(backoffMs > 0 && {
      retryBackOff: { baseInterval: duration(backoffMs), maxInterval: duration(backoffMs * MAX_BACKOFF_FACTOR) },
    }),
  };
}

import { duration, type Fields } from "./extension.ts";
import { ApiVersion, type ConfigSourceSchema } from "./gen/envoy/config/core/v3/config_source_pb.js";

/**
 * How long a listener or cluster waits for the resource it names before it starts without it. The server holds a
 * referring resource until the named one can be answered, so this passes only while the agent is gone.
 */
const INITIAL_FETCH_TIMEOUT_MS = 15_000;

/** The aggregated stream: whatever Envoy fetches, it fetches there, so one server decides the order. */
export const ADS: Fields<typeof ConfigSourceSchema> = {
  resourceApiVersion: ApiVersion.V3,
  configSourceSpecifier: { case: "ads", value: {} },
  initialFetchTimeout: duration(INITIAL_FETCH_TIMEOUT_MS),
};

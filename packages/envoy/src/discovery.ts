/** Envoy's discovery protocol, for the server of it: the ADS service, its messages and the status a NACK carries. */

export type { Node } from "./gen/envoy/config/core/v3/base_pb.js";
export { NodeSchema } from "./gen/envoy/config/core/v3/base_pb.js";
export { AggregatedDiscoveryService } from "./gen/envoy/service/discovery/v3/ads_pb.js";
export type {
  DeltaDiscoveryRequest,
  DeltaDiscoveryResponse,
  Resource,
} from "./gen/envoy/service/discovery/v3/discovery_pb.js";
export {
  DeltaDiscoveryRequestSchema,
  DeltaDiscoveryResponseSchema,
  ResourceSchema,
} from "./gen/envoy/service/discovery/v3/discovery_pb.js";
export type { Status } from "./gen/google/rpc/status_pb.js";
export { StatusSchema } from "./gen/google/rpc/status_pb.js";

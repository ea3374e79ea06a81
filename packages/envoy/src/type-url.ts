/** The type URLs of the resources we serve, as they stand in discovery requests and in `google.protobuf.Any`. */
export const TYPE_URL = {
  listener: "type.googleapis.com/envoy.config.listener.v3.Listener",
  route: "type.googleapis.com/envoy.config.route.v3.RouteConfiguration",
  scope: "type.googleapis.com/envoy.config.route.v3.ScopedRouteConfiguration",
  cluster: "type.googleapis.com/envoy.config.cluster.v3.Cluster",
  endpoints: "type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment",
  secret: "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret",
} as const;

/** One of {@link TYPE_URL}. */
export type TypeUrl = (typeof TYPE_URL)[keyof typeof TYPE_URL];

import {
  closed,
  conditions,
  integer,
  list,
  listBy,
  nonEmpty,
  object,
  oneOf,
  port,
  type Schema,
  text,
} from "./schema.ts";

const names: Schema = { type: "object", values: text };
const loadBalancer: Schema = object({ ingress: list(object({ ip: text, hostname: text })) });

const ingressBackend = closed({
  service: closed({ name: nonEmpty, port: closed({ number: port, name: text }) }, "name"),
  resource: object({ apiGroup: text, kind: text, name: text }, "kind", "name"),
});

const ingressSpec = closed({
  ingressClassName: nonEmpty,
  defaultBackend: ingressBackend,
  tls: list(closed({ hosts: list(text), secretName: text })),
  rules: list(
    closed({
      host: text,
      http: closed(
        {
          paths: list(
            closed(
              { path: text, pathType: oneOf("Exact", "Prefix", "ImplementationSpecific"), backend: ingressBackend },
              "pathType",
              "backend",
            ),
            { minItems: 1 },
          ),
        },
        "paths",
      ),
    }),
  ),
});

const servicePort = closed(
  {
    name: text,
    protocol: { ...oneOf("TCP", "UDP", "SCTP"), default: "TCP" },
    port,
    targetPort: {},
    nodePort: integer,
    appProtocol: text,
  },
  "port",
);

const serviceSpec = closed({
  type: oneOf("ClusterIP", "NodePort", "LoadBalancer", "ExternalName"),
  clusterIP: text,
  clusterIPs: list(text),
  externalIPs: list(text),
  externalName: text,
  externalTrafficPolicy: oneOf("Cluster", "Local"),
  internalTrafficPolicy: oneOf("Cluster", "Local"),
  sessionAffinity: oneOf("None", "ClientIP"),
  sessionAffinityConfig: object({}),
  loadBalancerIP: text,
  loadBalancerClass: text,
  loadBalancerSourceRanges: list(text),
  allocateLoadBalancerNodePorts: { type: "boolean" },
  healthCheckNodePort: integer,
  publishNotReadyAddresses: { type: "boolean" },
  ipFamilies: list(text),
  ipFamilyPolicy: text,
  trafficDistribution: text,
  ports: listBy(["port", "protocol"], servicePort),
  selector: { ...names, atomic: true },
});

/** Members besides `apiVersion`, `kind` and `metadata` of the kinds that are not of Gateway API. */
export const coreSchemas: Readonly<Record<string, Readonly<Record<string, Schema>>>> = {
  Namespace: { spec: object({}), status: object({ phase: text }) },
  Node: {
    spec: object({}),
    status: object({
      addresses: listBy(["type"], object({ type: text, address: text }, "type", "address")),
      conditions,
    }),
  },
  Service: { spec: serviceSpec, status: object({ loadBalancer, conditions }) },
  Secret: { type: text, data: names, stringData: names, immutable: { type: "boolean" } },
  ConfigMap: { data: names, binaryData: names, immutable: { type: "boolean" } },
  Event: {
    involvedObject: { type: "object", atomic: true },
    type: text,
    reason: text,
    message: text,
    count: integer,
    firstTimestamp: {},
    lastTimestamp: {},
    eventTime: {},
    source: { type: "object" },
    reportingComponent: text,
    reportingInstance: text,
    action: text,
    related: { type: "object" },
    series: { type: "object" },
  },
  EndpointSlice: {
    addressType: oneOf("IPv4", "IPv6", "FQDN"),
    endpoints: list(object({ addresses: list(text, { minItems: 1 }) }, "addresses"), { maxItems: 1000 }),
    ports: list(object({ name: text, port: { type: "integer", minimum: 0, maximum: 65535 } })),
  },
  Lease: { spec: object({ holderIdentity: text, leaseDurationSeconds: integer, leaseTransitions: integer }) },
  Ingress: { spec: ingressSpec, status: object({ loadBalancer }) },
  IngressClass: { spec: object({ controller: text, parameters: object({}) }) },
};

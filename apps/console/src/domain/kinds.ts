import {
  gatewaySpec,
  grpcRouteSpec,
  httpRouteSpec,
  type IntentInput,
  type IntentKind,
  ingressSpec,
  routes,
} from "@fairlead/contract";
import type { z } from "zod";

/** The pages that list intents. */
export type ListName = "gateways" | "routes" | "ingresses";

/** What the console knows of one kind of intent. */
export interface KindInfo {
  /** As Kubernetes calls it. */
  readonly kind: IntentKind;
  readonly apiVersion: string;
  /** Its name in the client. */
  readonly resource: "gateways" | "httpRoutes" | "grpcRoutes" | "ingresses";
  /** Its collection's last path segment, in the API and in the console. */
  readonly segment: string;
  /** The page that lists it. */
  readonly list: ListName;
  /** Checks its spec. */
  readonly spec: z.ZodType;
  /** Checks the body of a write. */
  readonly input: z.ZodType<IntentInput>;
  /** A document to start from. */
  readonly template: string;
}

/** Every kind of intent, in the order of the navigation. */
export const KINDS: readonly KindInfo[] = [
  {
    kind: "Gateway",
    apiVersion: "gateway.networking.k8s.io/v1",
    resource: "gateways",
    segment: "gateways",
    list: "gateways",
    spec: gatewaySpec,
    input: routes.gateways.create.request.body.content["application/json"].schema,
    template: `apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata:
  name: my-gateway
  namespace: default
placement:
  clusterSelector: {}
spec:
  gatewayClassName: fairlead
  listeners:
    - name: http
      protocol: HTTP
      port: 80
`,
  },
  {
    kind: "HTTPRoute",
    apiVersion: "gateway.networking.k8s.io/v1",
    resource: "httpRoutes",
    segment: "http-routes",
    list: "routes",
    spec: httpRouteSpec,
    input: routes.httpRoutes.create.request.body.content["application/json"].schema,
    template: `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: my-route
  namespace: default
placement:
  clusterSelector: {}
spec:
  parentRefs:
    - name: my-gateway
  hostnames:
    - www.example.com
  rules:
    - matches:
        - path:
            type: PathPrefix
            value: /
      # Without these it answers 500:
      # backendRefs:
      #   - name: my-service
      #     port: 80
`,
  },
  {
    kind: "GRPCRoute",
    apiVersion: "gateway.networking.k8s.io/v1",
    resource: "grpcRoutes",
    segment: "grpc-routes",
    list: "routes",
    spec: grpcRouteSpec,
    input: routes.grpcRoutes.create.request.body.content["application/json"].schema,
    template: `apiVersion: gateway.networking.k8s.io/v1
kind: GRPCRoute
metadata:
  name: my-grpc-route
  namespace: default
placement:
  clusterSelector: {}
spec:
  parentRefs:
    - name: my-gateway
  hostnames:
    - grpc.example.com
  rules:
    - matches:
        - method:
            service: example.v1.Greeter
      # Without these: UNAVAILABLE
      # backendRefs:
      #   - name: my-service
      #     port: 50051
`,
  },
  {
    kind: "Ingress",
    apiVersion: "networking.k8s.io/v1",
    resource: "ingresses",
    segment: "ingresses",
    list: "ingresses",
    spec: ingressSpec,
    input: routes.ingresses.create.request.body.content["application/json"].schema,
    template: `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: my-ingress
  namespace: default
placement:
  clusterSelector: {}
spec:
  ingressClassName: fairlead
  rules:
    - host: www.example.com
      http:
        paths:
          - path: /
            pathType: Prefix
            backend:
              service:
                name: my-service
                port:
                  number: 80
`,
  },
];

/** The kind whose collection has this path segment. */
export function kindOfSegment(segment: string): KindInfo | undefined {
  return KINDS.find((info) => info.segment === segment);
}

/** The kind of this Kubernetes name. */
export function kindNamed(kind: string): KindInfo | undefined {
  return KINDS.find((info) => info.kind === kind);
}

/** The kinds that one list page shows. */
export function kindsOfList(list: ListName): readonly KindInfo[] {
  return BY_LIST[list];
}

const BY_LIST: Readonly<Record<ListName, readonly KindInfo[]>> = {
  gateways: KINDS.filter((info) => info.list === "gateways"),
  routes: KINDS.filter((info) => info.list === "routes"),
  ingresses: KINDS.filter((info) => info.list === "ingresses"),
};

import {
  COMPAT_GATEWAY_CLASS,
  COMPAT_INGRESS_CLASS,
  GATEWAY_CLASS,
  GATEWAY_GROUP,
  type GatewayClass,
  INGRESS_CLASS,
  type IngressClass,
  NETWORKING_GROUP,
} from "@fairlead/kubernetes-types";

const GATEWAY_API = `${GATEWAY_GROUP}/v1`;
const NETWORKING_API = `${NETWORKING_GROUP}/v1`;

/** The classes of a cluster that has told nothing of itself yet: those it will have. */
export const EXPECTED_CLASSES: readonly (GatewayClass | IngressClass)[] = [
  ...[GATEWAY_CLASS, COMPAT_GATEWAY_CLASS].map(
    ({ class: name, controller }): GatewayClass => ({
      apiVersion: GATEWAY_API,
      kind: "GatewayClass",
      metadata: { name },
      spec: { controllerName: controller },
    }),
  ),
  ...[INGRESS_CLASS, COMPAT_INGRESS_CLASS].map(
    ({ class: name, controller }): IngressClass => ({
      apiVersion: NETWORKING_API,
      kind: "IngressClass",
      metadata: { name },
      spec: { controller },
    }),
  ),
];

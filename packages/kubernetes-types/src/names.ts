/** Field manager of everything Fairlead applies. */
export const FIELD_MANAGER = "fairlead";

/** Annotation of a rendered object: the id of the intent it came from (`gw_…`, `rt_…`, `grt_…`, `ing_…`). */
export const INTENT_ANNOTATION = "fairlead.dev/intent";

/** Annotation of a rendered object: the revision in which it last changed, as `epoch.n`. */
export const REVISION_ANNOTATION = "fairlead.dev/revision";

/** Annotation of a rendered object whose drift is reported and left alone (`report`); absent: it is undone. */
export const DRIFT_POLICY_ANNOTATION = "fairlead.dev/drift-policy";

/** Annotation of a GatewayClass or IngressClass that is the default one of its cluster. */
export const DEFAULT_INGRESS_CLASS_ANNOTATION = "ingressclass.kubernetes.io/is-default-class";

/** The class of an Ingress before `spec.ingressClassName` existed; still in use. */
export const INGRESS_CLASS_ANNOTATION = "kubernetes.io/ingress.class";

/** Label of an EndpointSlice that names its Service. */
export const SERVICE_NAME_LABEL = "kubernetes.io/service-name";

/** Label of an object that a program manages. */
export const MANAGED_BY_LABEL = "app.kubernetes.io/managed-by";

/** Label of an object made for a Gateway, naming it (GEP-1762). */
export const GATEWAY_NAME_LABEL = "gateway.networking.k8s.io/gateway-name";

/** Label of a node or an endpoint's zone. */
export const ZONE_LABEL = "topology.kubernetes.io/zone";

/** Label every Namespace has with its own name. */
export const NAMESPACE_NAME_LABEL = "kubernetes.io/metadata.name";

/** Label of a Node with its host name. */
export const HOSTNAME_LABEL = "kubernetes.io/hostname";

/** The class we answer for, and the name of its controller as its object says it. */
export interface ClassNames {
  readonly class: string;
  readonly controller: string;
}

/** Our GatewayClass. */
export const GATEWAY_CLASS: ClassNames = { class: "fairlead", controller: "fairlead.dev/gateway-controller" };

/** Our IngressClass. */
export const INGRESS_CLASS: ClassNames = { class: "fairlead", controller: "fairlead.dev/ingress-controller" };

/** Cilium's GatewayClass, answered for under `compat.ciliumClasses`. */
export const COMPAT_GATEWAY_CLASS: ClassNames = { class: "cilium", controller: "io.cilium/gateway-controller" };

/** Cilium's IngressClass, answered for under `compat.ciliumClasses`. */
export const COMPAT_INGRESS_CLASS: ClassNames = { class: "cilium", controller: "cilium.io/ingress-controller" };

/** Groups of the kinds we read and write. */
export const GATEWAY_GROUP = "gateway.networking.k8s.io";
export const NETWORKING_GROUP = "networking.k8s.io";
export const DISCOVERY_GROUP = "discovery.k8s.io";
export const COORDINATION_GROUP = "coordination.k8s.io";
export const AUTHENTICATION_GROUP = "authentication.k8s.io";

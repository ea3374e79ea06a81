// What Envoy would refuse of one object, apart from the translator: it needs none of Envoy's generated API, so that a
// process which only judges objects does not load it.
export { type CheckedGrpcRoute, checkGrpcRoute } from "./checks/check-grpc-route.ts";
export { type CheckedHttpRoute, checkHttpRoute, type FieldFinding } from "./checks/check-http-route.ts";
export { type CheckedIngress, checkIngress } from "./checks/check-ingress.ts";

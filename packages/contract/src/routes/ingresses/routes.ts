import { ingressSpec } from "../../specs/ingress-spec.ts";
import { intentRoutes } from "../intents/routes.ts";

export const ingressRoutes = intentRoutes({
  kind: "ing",
  segment: "ingresses",
  name: "Ingress",
  kubernetesKind: "Ingress",
  spec: ingressSpec,
});

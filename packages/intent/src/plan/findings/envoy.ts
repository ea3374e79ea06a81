import { checkGrpcRoute, checkHttpRoute, checkIngress, type FieldFinding } from "@fairlead/envoy/checks";
import type { KubernetesObject, ObjectKey } from "@fairlead/kubernetes-types";
import { asIngress, asRoute } from "../read-object.ts";
import type { Draft, World } from "../world.ts";

/** Values that Envoy would refuse: what the agent holds back, and says so in the object's status. */
export function envoyFindings(world: World, key: ObjectKey): Draft[] {
  const { text } = world.describe(key);
  return check(world.objects.get(key)).map(({ field, value, reason }) => ({
    code: "envoy_refuses",
    message: `${text}: ${field}: ${JSON.stringify(value)} ${reason}`,
    subject: key,
    field,
  }));
}

function check(object: KubernetesObject | undefined): readonly FieldFinding[] {
  const route = asRoute(object);
  if (route !== undefined) return route.kind === "GRPCRoute" ? checkGrpcRoute(route) : checkHttpRoute(route);
  const ingress = asIngress(object);
  return ingress === undefined ? [] : checkIngress(ingress);
}

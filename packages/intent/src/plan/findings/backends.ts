import type { FindingCode } from "@fairlead/contract";
import type { ObjectKey } from "@fairlead/kubernetes-types";
import type { UnresolvedReference } from "@fairlead/mesh-model";
import { asIngress, idOf, routeView } from "../read-object.ts";
import type { Draft, World } from "../world.ts";

const CODES: Readonly<Record<UnresolvedReference["reason"], FindingCode>> = {
  BackendNotFound: "backend_not_found",
  UnsupportedProtocol: "backend_unsupported",
  InvalidKind: "backend_unsupported",
  RefNotPermitted: "reference_not_granted",
};

/** Backends of a route or an Ingress that cannot be used. */
export function backendFindings(world: World, key: ObjectKey): Draft[] {
  const ingress = asIngress(world.objects.get(key));
  const view = ingress === undefined ? routeView(world.index, key) : world.index.ingress(idOf(ingress));
  const { text } = world.describe(key);
  return (view?.unresolved ?? []).flatMap(({ reason, field, message }): Draft[] => {
    // Services and ReferenceGrants are known from the cluster alone.
    if (!world.knowsFacts && reason !== "InvalidKind") return [];
    return [{ code: CODES[reason], message: `${text}: ${message}`, subject: key, field }];
  });
}

import type { ObjectKey } from "@fairlead/kubernetes-types";
import type { UnresolvedReference } from "@fairlead/mesh-model";
import type { FindingCode } from "../finding-codes.ts";
import { asIngress, asRoute, idOf } from "../read-object.ts";
import type { Draft, World } from "../world.ts";

const CODES: Readonly<Record<UnresolvedReference["reason"], FindingCode>> = {
  BackendNotFound: "backend_not_found",
  UnsupportedProtocol: "backend_unsupported",
  InvalidKind: "backend_unsupported",
  RefNotPermitted: "reference_not_granted",
};

/** Backends of a route or an Ingress that cannot be used. */
export function backendFindings(world: World, key: ObjectKey): Draft[] {
  const object = world.objects.get(key);
  const view =
    asRoute(object) !== undefined
      ? world.index.httpRoute(idOfKnown(object))
      : asIngress(object) !== undefined
        ? world.index.ingress(idOfKnown(object))
        : undefined;
  const { text } = world.describe(key);
  return (view?.unresolved ?? []).flatMap(({ reason, field, message }): Draft[] => {
    // Services and ReferenceGrants are known from the cluster alone.
    if (!world.knowsFacts && reason !== "InvalidKind") return [];
    return [{ code: CODES[reason], message: `${text}: ${message}`, subject: key, field }];
  });
}

function idOfKnown(object: Parameters<typeof idOf>[0] | undefined): string {
  return object === undefined ? "" : idOf(object);
}

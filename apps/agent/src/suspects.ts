import { TYPE_URL, type TypeUrl } from "@fairlead/envoy";
import { type ObjectKey, parseObjectKey } from "@fairlead/kubernetes-types";

/** The kinds whose words end up in a resource of this type; the rest only says where it belongs. */
const AUTHORS: ReadonlyMap<TypeUrl, readonly string[]> = new Map([
  [TYPE_URL.route, ["HTTPRoute", "GRPCRoute", "Ingress"]],
  [TYPE_URL.scope, ["HTTPRoute", "GRPCRoute", "Ingress"]],
  [TYPE_URL.listener, ["Gateway", "Ingress"]],
  [TYPE_URL.cluster, ["Service"]],
  [TYPE_URL.endpoints, ["EndpointSlice", "Service"]],
  [TYPE_URL.secret, ["Secret"]],
]);

/** What is known about an object that had a part in a refused resource. */
export interface Source {
  readonly key: ObjectKey;
  /** Number of the batch that brought its present form. */
  readonly changedAt: number;
  /** Whether that form has been accepted as a whole. */
  readonly proven: boolean;
}

/**
 * Who may be to blame for a refused resource: its sources that changed since Envoy accepted it last and whose present
 * form has not been accepted as a whole; of these, those whose words are in it.
 */
export function findSuspects(typeUrl: TypeUrl, sources: readonly Source[], acceptedAt: number): readonly ObjectKey[] {
  const changed = narrow(sources, ({ changedAt }) => changedAt > acceptedAt);
  const unproven = narrow(changed, ({ proven }) => !proven);
  const kinds = AUTHORS.get(typeUrl) ?? [];
  return narrow(unproven, ({ key }) => kinds.includes(parseObjectKey(key)?.kind ?? "")).map(({ key }) => key);
}

/** Those that fit; all when none does, as somebody must be to blame. */
function narrow(sources: readonly Source[], fits: (source: Source) => boolean): readonly Source[] {
  const fitting = sources.filter(fits);
  return fitting.length > 0 ? fitting : sources;
}

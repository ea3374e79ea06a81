import type { Node } from "@fairlead/kubernetes-types";

/** What listeners depend on of a Node; the rest, most of it, need not be kept. */
export function nodeFacts({ apiVersion, kind, metadata, status }: Node): Node {
  const { name, uid, resourceVersion, labels } = metadata;
  const addresses = status?.addresses?.filter(({ type }) => type === "InternalIP") ?? [];
  const ready = status?.conditions?.find(({ type }) => type === "Ready");
  return {
    apiVersion,
    kind,
    metadata: { name, ...(uid && { uid }), ...(resourceVersion && { resourceVersion }), ...(labels && { labels }) },
    status: { addresses, ...(ready && { conditions: [{ type: ready.type, status: ready.status }] }) },
  };
}

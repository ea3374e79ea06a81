import type { IngressStatus } from "@fairlead/kubernetes-types";

/** What to write into the status of an Ingress: the addresses it is reached by, sorted; none when it is not ours. */
export function ingressStatus(addresses: readonly string[]): IngressStatus {
  return { loadBalancer: { ingress: [...addresses].sort().map((ip) => ({ ip })) } };
}

import { createHash } from "node:crypto";

/** Name of the Service that all shared Ingresses are reached by. */
export const SHARED_INGRESS_SERVICE = "cilium-ingress";

/** Name of the Service of a Gateway. */
export function gatewayServiceName(gateway: string): string {
  return shorten(`cilium-gateway-${gateway}`);
}

/** Name of the Service of a dedicated Ingress. */
export function ingressServiceName(ingress: string): string {
  return shorten(`${SHARED_INGRESS_SERVICE}-${ingress}`);
}

/** At most 63 characters, as a Service's name or a label's value may have: longer ones end in a hash of the whole. */
export function shorten(name: string): string {
  if (name.length <= 63) return name;
  const hash = createHash("sha256").update(name).digest("hex").slice(0, 10);
  return `${name.slice(0, 52)}-${hash.replace(/[013ae]/g, (digit) => SAFE[digit] ?? digit)}`;
}

// No vowels and nothing that reads like one, as Kubernetes encodes hashes in names, so that no words come out.
const SAFE: Readonly<Record<string, string>> = { 0: "g", 1: "h", 3: "k", a: "m", e: "t" };

import { createHash } from "node:crypto";

/** Name of the Service that all shared Ingresses are reached by. */
export const SHARED_INGRESS_SERVICE = "cilium-ingress";

/** Name of the Service of a Gateway. */
export function gatewayServiceName(gateway: string): string {
  return serviceName(`cilium-gateway-${gateway}`);
}

/** Name of the Service of a dedicated Ingress. */
export function ingressServiceName(ingress: string): string {
  return serviceName(`${SHARED_INGRESS_SERVICE}-${ingress}`);
}

/** At most 63 characters, as a label's value may have: longer ones end in a hash of the whole. */
export function shorten(name: string): string {
  return name.length <= 63 ? name : withHash(name, name);
}

// A Service's name is one DNS label (RFC 1035); a Gateway's or an Ingress's may have dots and 253 characters.
function serviceName(name: string): string {
  return name.length <= 63 && !name.includes(".") ? name : withHash(name.replaceAll(".", "-"), name);
}

function withHash(start: string, whole: string): string {
  const hash = createHash("sha256").update(whole).digest("hex").slice(0, 10);
  return `${start.slice(0, 52)}-${hash.replace(/[013ae]/g, (digit) => SAFE[digit] ?? digit)}`;
}

// No vowels and nothing that reads like one, as Kubernetes encodes hashes in names, so that no words come out.
const SAFE: Readonly<Record<string, string>> = { 0: "g", 1: "h", 3: "k", a: "m", e: "t" };

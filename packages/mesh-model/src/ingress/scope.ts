import type { ObjectKey } from "@fairlead/kubernetes-types";
import { ANY_HOST } from "../hosts.ts";

/** What all shared Ingresses have in common: their addresses and their chains. Prefix of the chains' ids. */
const SHARED_SCOPE = "ingress";

/** The scope of a dedicated Ingress, by `<namespace>/<name>`. */
function dedicatedScope(id: string): string {
  return `${SHARED_SCOPE}/dedicated/${id}`;
}

/** What an Ingress shares a socket with: all shared ones, or nothing. */
export function scopeOf(mode: "shared" | "dedicated", id: string): string {
  return mode === "shared" ? SHARED_SCOPE : dedicatedScope(id);
}

/** An Ingress that wants to serve a server name with its certificate. */
export interface TlsClaim {
  readonly scope: string;
  readonly host: string;
  readonly secret?: string;
  readonly key: ObjectKey;
  readonly created: string;
}

/** An address that an Ingress has in its status. */
export interface AddressClaim {
  readonly scope: string;
  readonly address: string;
  /** Present: it listens on the nodes at this port, and `address` is the name of their pool. */
  readonly hostPort?: number;
  readonly key: ObjectKey;
  readonly created: string;
}

/** Whose certificate serves a server name. */
export type TlsGrant = TlsClaim;

/**
 * Chain of the server names that one certificate serves. Browsers reuse a connection for every name its certificate
 * holds, so those names have to find their tables on the same chain. The one for connections of any name is apart: it
 * must not take names that belong to other chains.
 */
export function tlsChain(scope: string, secret: string, host: string): string {
  const kind = host === ANY_HOST ? "https-any" : "https";
  // `ingress/shared/https/<namespace>/<secret>` differs from every `ingress/dedicated/…` and from any Gateway's chain.
  return scope === SHARED_SCOPE ? `${SHARED_SCOPE}/shared/${kind}/${secret}` : `${scope}/${kind}/${secret}`;
}

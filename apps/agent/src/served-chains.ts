import type { ResourceKey } from "@fairlead/envoy";
import { TYPE_URL } from "@fairlead/envoy";
import type { PieceDelta, Socket } from "@fairlead/mesh-model";

/**
 * Which listeners take traffic for whom. A table without a listener is acknowledged by Envoy and serves nobody, so an
 * object is in use only once the listeners of its chains' owner are.
 */
export class ServedChains {
  readonly #owners = new Map<string, readonly string[]>();
  readonly #sockets = new Map<string, Set<string>>();
  readonly #elsewhere = new Set<string>();

  /** Takes sockets in and out. */
  apply(delta: PieceDelta<Socket>): void {
    for (const name of delta.removals) {
      this.#elsewhere.delete(name);
      this.#set(name, []);
    }
    for (const { name, chains, addresses } of delta.upserts) {
      if (addresses.length === 0) this.#elsewhere.add(name);
      else this.#elsewhere.delete(name);
      this.#set(name, [...new Set(chains.map(({ id }) => chainOwner(id)))]);
    }
  }

  /** Whether an owner has sockets, all of them on other nodes: here is nothing to wait for. */
  isElsewhere(owner: string): boolean {
    const names = this.#sockets.get(owner);
    return names !== undefined && [...names].every((name) => this.#elsewhere.has(name));
  }

  /** The listeners of an owner; empty while it has none. */
  listeners(owner: string): readonly ResourceKey[] {
    return [...(this.#sockets.get(owner) ?? [])].map((name) => ({ typeUrl: TYPE_URL.listener, name }));
  }

  /** Whose chains a listener has. */
  owners(listener: string): readonly string[] {
    return this.#owners.get(listener) ?? [];
  }

  #set(name: string, owners: readonly string[]): void {
    for (const owner of this.#owners.get(name) ?? []) {
      const sockets = this.#sockets.get(owner);
      sockets?.delete(name);
      if (sockets?.size === 0) this.#sockets.delete(owner);
    }
    if (owners.length === 0) this.#owners.delete(name);
    else this.#owners.set(name, owners);
    for (const owner of owners) {
      const sockets = this.#sockets.get(owner) ?? new Set();
      this.#sockets.set(owner, sockets.add(name));
    }
  }
}

/** Whose chain it is: `<namespace>/<gateway>`, `ingress` for the shared ones, or `ingress/dedicated/<namespace>/<ingress>`. */
export function chainOwner(chain: string): string {
  const parts = chain.split("/");
  const [first, second, third = ""] = parts;
  if (first === "ingress") {
    if (chain === "ingress/http" || (second === "shared" && third.startsWith("https"))) return first;
    if (second === "dedicated" && parts.length > 4) return parts.slice(0, 4).join("/");
  }
  return parts.slice(0, 2).join("/");
}

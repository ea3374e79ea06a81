import { type AddressPool, formatAddress, parseAddress } from "./pool.ts";

/** An address, or why there is none; `reason` is one of those users of LB-IPAM know. */
export type Assignment =
  | { readonly address: string; readonly problem?: never }
  | {
      readonly address?: never;
      readonly problem: { readonly reason: "already_allocated" | "no_pool" | "out_of_ips"; readonly message: string };
    };

/** What an owner would like. */
export interface AddressWish {
  /** Only one of these will do. */
  readonly requested?: readonly string[];
  /** What it had before. */
  readonly preferred?: readonly string[];
}

/**
 * Who has which address of one pool. No address has two owners, and an owner keeps its address until it is forgotten
 * or asks for another. What was recorded elsewhere is observed before anything is assigned, so restarts change nothing.
 */
export class AddressBook {
  readonly #pool: AddressPool;
  readonly #owners = new Map<number, string>();
  readonly #addresses = new Map<string, number>();

  constructor(pool: AddressPool) {
    this.#pool = pool;
  }

  /** Notes what an owner was found with. The first observed keeps an address that two claim; others get a new one. */
  observe(owner: string, recorded: readonly string[]): void {
    if (this.#addresses.has(owner)) return;
    const address = this.#free(recorded);
    if (address !== undefined) this.#take(owner, address);
  }

  /** The address of an owner, its old one where possible. */
  assign(owner: string, { requested = [], preferred = [] }: AddressWish = {}): Assignment {
    const held = this.#addresses.get(owner);
    if (held !== undefined && (requested.length === 0 || requested.includes(formatAddress(held)))) {
      return { address: formatAddress(held) };
    }
    if (requested.length > 0) {
      const wanted = this.#free(requested);
      if (wanted === undefined) return { problem: this.#explain(requested) };
      return { address: this.#take(owner, wanted) };
    }
    const next = this.#free(preferred) ?? this.#lowest();
    if (next === undefined) return { problem: { reason: "out_of_ips", message: "The address pool is used up" } };
    return { address: this.#take(owner, next) };
  }

  /** Whether an owner has an address. */
  has(owner: string): boolean {
    return this.#addresses.has(owner);
  }

  /** Who has an address. */
  ownerOf(address: string): string | undefined {
    const number = parseAddress(address);
    return number === undefined ? undefined : this.#owners.get(number);
  }

  /** Gives an owner's address back. */
  forget(owner: string): void {
    const address = this.#addresses.get(owner);
    if (address === undefined) return;
    this.#addresses.delete(owner);
    this.#owners.delete(address);
  }

  #take(owner: string, address: number): string {
    this.forget(owner);
    this.#owners.set(address, owner);
    this.#addresses.set(owner, address);
    return formatAddress(address);
  }

  #free(candidates: readonly string[]): number | undefined {
    return candidates
      .flatMap((text) => parseAddress(text) ?? [])
      .find((address) => this.#contains(address) && !this.#owners.has(address));
  }

  #lowest(): number | undefined {
    for (let address = this.#pool.first; address <= this.#pool.last; address++) {
      if (!this.#owners.has(address)) return address;
    }
    return undefined;
  }

  #contains(address: number): boolean {
    return address >= this.#pool.first && address <= this.#pool.last;
  }

  #explain(requested: readonly string[]): { reason: "already_allocated" | "no_pool"; message: string } {
    const taken = requested.find((text) => this.ownerOf(text) !== undefined);
    if (taken !== undefined) {
      return { reason: "already_allocated", message: `The IP '${taken}' is already allocated to another service` };
    }
    return { reason: "no_pool", message: `No pool exists with a CIDR containing '${requested.join(", ")}'` };
  }
}

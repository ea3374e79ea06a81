import { type AddressPool, formatAddress, parseAddress } from "./pool.ts";

/** What an owner has, in the order it asked for it, and why that is not all of it. */
export interface Assignment {
  readonly addresses: readonly string[];
  /** `reason` is one of those users of LB-IPAM know. */
  readonly problem?: AddressProblem;
}

export interface AddressProblem {
  readonly reason: "already_allocated" | "no_pool" | "out_of_ips";
  readonly message: string;
}

/** What an owner would like. */
export interface AddressWish {
  /** All of these and no other; without any, one that is free. */
  readonly requested?: readonly string[];
  /** What it had before. */
  readonly preferred?: readonly string[];
}

/**
 * Who has which addresses of one pool. No address has two owners, and an owner keeps what it has until it is forgotten
 * or asks for others. What was recorded elsewhere is observed before anything is assigned, so restarts change nothing.
 */
export class AddressBook {
  readonly #pool: AddressPool;
  readonly #owners = new Map<number, string>();
  readonly #addresses = new Map<string, readonly number[]>();

  constructor(pool: AddressPool) {
    this.#pool = pool;
  }

  /** Notes what an owner was found with. The first observed keeps an address that two claim; others get a new one. */
  observe(owner: string, recorded: readonly string[]): void {
    if (this.#addresses.has(owner)) return;
    const addresses = this.#available(owner, recorded);
    if (addresses.length > 0) this.#hold(owner, addresses);
  }

  /** The addresses of an owner, its old ones where possible. */
  assign(owner: string, { requested = [], preferred = [] }: AddressWish = {}): Assignment {
    if (requested.length > 0) {
      const granted = this.#available(owner, requested);
      this.#hold(owner, granted);
      const addresses = granted.map(formatAddress);
      const missing = requested.filter((text) => !addresses.includes(text));
      return missing.length === 0 ? { addresses } : { addresses, problem: this.#explain(missing) };
    }
    const next = this.#addresses.get(owner)?.[0] ?? this.#available(owner, preferred)[0] ?? this.#lowest();
    if (next === undefined) {
      return { addresses: [], problem: { reason: "out_of_ips", message: "The address pool is used up" } };
    }
    this.#hold(owner, [next]);
    return { addresses: [formatAddress(next)] };
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

  /** Gives back what an owner has. */
  forget(owner: string): void {
    for (const address of this.#addresses.get(owner) ?? []) this.#owners.delete(address);
    this.#addresses.delete(owner);
  }

  #hold(owner: string, addresses: readonly number[]): void {
    this.forget(owner);
    if (addresses.length === 0) return;
    for (const address of addresses) this.#owners.set(address, owner);
    this.#addresses.set(owner, addresses);
  }

  /** Those of the pool that nobody else has, each once. */
  #available(owner: string, candidates: readonly string[]): number[] {
    const numbers = new Set(candidates.flatMap((text) => parseAddress(text) ?? []));
    return [...numbers].filter((address) => this.#contains(address) && (this.#owners.get(address) ?? owner) === owner);
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

  #explain(missing: readonly string[]): AddressProblem {
    const taken = missing.find((text) => this.ownerOf(text) !== undefined);
    if (taken !== undefined) {
      return { reason: "already_allocated", message: `The IP '${taken}' is already allocated to another service` };
    }
    return { reason: "no_pool", message: `No pool exists with a CIDR containing '${missing.join(", ")}'` };
  }
}

/** The range all labs live in (RFC 2544 benchmarking: never routed on the internet). */
export const LAB_RANGE = "198.18.0.0/15";
/** Services have the same range in every cluster; it exists only inside the nodes' namespaces. */
export const SERVICE_CIDR = "10.96.0.0/16";
/** The Service `kubernetes`. */
export const API_SERVICE_ADDRESS = "10.96.0.1";
/** The Service `kube-dns`. */
export const DNS_ADDRESS = "10.96.0.10";

/** How many clusters fit on one machine, over all labs. */
export const MOST_CLUSTERS = 16;
/** How many nodes fit in one cluster. */
export const MOST_NODES = 16;

/** The addresses of the cluster with number `index` (0 to 15) on this machine. */
export interface ClusterAddresses {
  /** The L2 segment of nodes, machine and outside host. */
  readonly segment: string;
  /** The machine on the segment; what runs on the machine is reached here. */
  readonly machine: string;
  /** The host outside the cluster. */
  readonly outside: string;
  /** All pod ranges of the cluster. */
  readonly podCidr: string;
}

export function clusterAddresses(index: number): ClusterAddresses {
  const third = index * 8;
  return {
    segment: `198.18.${third}.0/24`,
    machine: `198.18.${third}.1`,
    outside: `198.18.${third}.200`,
    podCidr: `198.19.${index * 16}.0/20`,
  };
}

/** The addresses of node `node` (0 to 15) in cluster `index`. */
export function nodeAddresses(index: number, node: number): { readonly address: string; readonly podCidr: string } {
  return { address: `198.18.${index * 8}.${100 + node}`, podCidr: `198.19.${index * 16 + node}.0/24` };
}

/** Whether two IPv4 ranges (`a.b.c.d/n`; no length means /32) share an address. */
export function overlap(left: string, right: string): boolean {
  const a = range(left);
  const b = range(right);
  const bits = Math.min(a.bits, b.bits);
  const shift = 2 ** (32 - bits);
  return Math.floor(a.start / shift) === Math.floor(b.start / shift);
}

function range(cidr: string): { start: number; bits: number } {
  const [address = "", bits = "32"] = cidr.split("/");
  const start = address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  return { start, bits: Number(bits) };
}

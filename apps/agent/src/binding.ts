import { readFileSync } from "node:fs";
import type { Socket } from "@fairlead/mesh-model";
import { type AddressMap, parseAddressMap } from "./address-map.ts";

export interface BindingOptions {
  /** See {@link parseAddressMap}. */
  readonly addressMap?: string | undefined;
  /** Added to ports below `firstFreePort`. */
  readonly portOffset: number;
  /** The lowest port an ordinary user may bind. Default: what the kernel says. */
  readonly firstFreePort?: number;
}

/** Gives a socket with the addresses and the port it is really bound to; its name stays. */
export type Binding = (socket: Socket) => Socket;

/** How sockets of the model are bound on this node. Outside standalone mode: as they are. */
export function createBinding(options: BindingOptions): Binding {
  const { addressMap, portOffset } = options;
  const map: AddressMap = addressMap === undefined ? (address) => address : parseAddressMap(addressMap);
  const first = options.firstFreePort ?? firstUnprivilegedPort();
  return (socket) => ({
    ...socket,
    addresses: socket.addresses.map(map),
    port: socket.port < first ? socket.port + portOffset : socket.port,
  });
}

/** Source: ip-sysctl, `ip_unprivileged_port_start`. */
function firstUnprivilegedPort(): number {
  try {
    return Number(readFileSync("/proc/sys/net/ipv4/ip_unprivileged_port_start", "utf8"));
  } catch {
    return 1024;
  }
}

import type { GatewayShape } from "../gateway/gateways.ts";
import type { HostTable, MeshModel, Socket } from "../model.ts";
import type { MatchRequest } from "./request.ts";

/** The socket a request arrives at, or why there is none. */
export type FoundSocket =
  | { readonly socket: Socket; readonly why: string }
  | { readonly socket?: undefined; readonly problem: string };

/** Which socket a request means. `shape` gives a Gateway by `<namespace>/<name>`; `knows` says whether a socket has routes for the host. */
export function findSocket(
  model: MeshModel,
  request: MatchRequest,
  shape: (gateway: string) => GatewayShape | undefined,
  knows: (socket: Socket) => HostTable | undefined,
): FoundSocket {
  const { socket: name, gateway, listener } = request;
  if (name !== undefined) {
    const socket = model.sockets.find((candidate) => candidate.name === name);
    return socket ? { socket, why: `sent to ${name}` } : { problem: `nothing listens at ${name}` };
  }
  const named = listener === undefined ? undefined : findListener(gateway, listener, shape);
  if (typeof named === "string") return { problem: named };
  const port = request.port ?? named ?? (request.scheme === "https" ? 443 : 80);
  const onPort = model.sockets.filter((socket) => socket.port === port);
  if (gateway !== undefined) {
    const socket = onPort.find(({ chains }) => chains.some(({ id }) => id.startsWith(`${gateway}/`)));
    if (socket !== undefined) return { socket, why: `Gateway ${gateway} listens at ${describe(socket)}` };
    return { problem: `Gateway ${gateway} serves nothing at port ${port}` };
  }
  const [first, ...others] = onPort;
  if (first === undefined) return { problem: `nothing listens at port ${port}` };
  if (others.length === 0) return { socket: first, why: `${owner(first)} listens at ${describe(first)}` };
  const knowing = onPort.flatMap((socket) => {
    const table = knows(socket);
    return table === undefined ? [] : [{ socket, table }];
  });
  const best = knowing.filter(({ table }) => table.routes.length > 0);
  const [only, ...rivals] = best.length > 0 ? best : knowing;
  if (only !== undefined && rivals.length === 0) {
    return {
      socket: only.socket,
      why: `of ${onPort.length} at port ${port}, ${owner(only.socket)} alone knows the host`,
    };
  }
  const choices = (only === undefined ? onPort : [only, ...rivals].map(({ socket }) => socket)).map(owner);
  return { problem: `port ${port} is served by ${choices.join(", ")}; say which one is meant` };
}

function findListener(
  gateway: string | undefined,
  listener: string,
  shape: (gateway: string) => GatewayShape | undefined,
): number | string {
  if (gateway === undefined) return `listener ${listener} needs a Gateway beside it`;
  const known = shape(gateway);
  if (known === undefined) return `there is no Gateway ${gateway} of ours`;
  const found = known.listeners.find(({ name }) => name === listener);
  return found?.port ?? `Gateway ${gateway} has no listener ${listener}`;
}

function describe({ addresses, port }: Socket): string {
  return `${addresses.join(", ")}, port ${port}`;
}

/** `Gateway <namespace>/<name>` or `Ingress`, from the ids of the chains. */
function owner({ chains, name }: Socket): string {
  const gateway = chains.map(({ id }) => gatewayOf(id)).find((id) => id !== undefined);
  return gateway === undefined ? `Ingresses (${name})` : `Gateway ${gateway}`;
}

/** The Gateway of a chain as `<namespace>/<name>`; undefined: the chain is one of Ingresses. */
export function gatewayOf(chain: string): string | undefined {
  const [namespace, name, port] = chain.split("/");
  return port !== undefined && /^[0-9]+$/.test(port) ? `${namespace}/${name}` : undefined;
}

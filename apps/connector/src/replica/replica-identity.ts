/** A replica as the lease's holder names it: who it is, and where agents' reports reach it when it leads. */
export interface ReplicaIdentity {
  /** Unique among the replicas. */
  readonly name: string;
  readonly host: string;
  readonly port: number;
}

/** As `name@host:port`, with an IPv6 address in brackets. */
export function formatReplica({ name, host, port }: ReplicaIdentity): string {
  return `${name}@${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** Reads what {@link formatReplica} gave; undefined for anything else, such as a holder of another program. */
export function parseReplica(identity: string): ReplicaIdentity | undefined {
  const {
    name,
    ipv6,
    host = ipv6,
    port,
  } = /^(?<name>.+)@(?:\[(?<ipv6>[^\]]+)\]|(?<host>[^@:]+)):(?<port>\d{1,5})$/.exec(identity)?.groups ?? {};
  return name === undefined || host === undefined ? undefined : { name, host, port: Number(port) };
}

import { connect, createServer, type Server, type Socket } from "node:net";

export interface ReportPipeOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
}

/** Where connections are carried to. */
export interface PipeTarget {
  readonly host: string;
  readonly port: number;
}

/** How long the leader may take to accept a connection, in milliseconds. */
const CONNECT_TIMEOUT_MS = 5_000;
/** A connection to a node that is gone is noticed by probes that begin after this time, in milliseconds. */
const KEEP_ALIVE_MS = 10_000;

/**
 * Takes agents' connections in place of the leader and carries their bytes to it and back, unread. Agents thereby reach
 * the leader through whichever replica their Service picks.
 */
export class ReportPipe implements AsyncDisposable {
  readonly #server: Server;
  readonly #open = new Set<{ readonly target: PipeTarget; readonly cut: () => void }>();
  #target: PipeTarget | undefined;

  private constructor(server: Server) {
    this.#server = server;
  }

  /** Listens; refuses connections until {@link pointTo} says where they go. Throws the system's error. */
  static async listen({ host, port }: ReportPipeOptions): Promise<ReportPipe> {
    const server = createServer();
    const pipe = new ReportPipe(server);
    server.on("connection", (client) => pipe.#carry(client));
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, host, resolve);
    });
    return pipe;
  }

  /** Where it listens. */
  get port(): number {
    const address = this.#server.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  }

  /** Where connections go from now on. Those to anywhere else are cut, so that agents come again. */
  pointTo(target: PipeTarget | undefined): void {
    this.#target = target;
    for (const one of [...this.#open]) {
      if (one.target.host !== target?.host || one.target.port !== target.port) one.cut();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.pointTo(undefined);
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #carry(client: Socket): void {
    const target = this.#target;
    client.on("error", () => client.destroy());
    if (target === undefined) {
      client.destroy();
      return;
    }
    const leader = connect({ ...target, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS });
    const timer = setTimeout(() => leader.destroy(), CONNECT_TIMEOUT_MS);
    const one = { target, cut: () => leader.destroy() };
    this.#open.add(one);
    leader.on("connect", () => clearTimeout(timer));
    leader.on("error", () => leader.destroy());
    leader.on("close", () => {
      clearTimeout(timer);
      this.#open.delete(one);
      client.destroy();
    });
    client.on("close", () => leader.destroy());
    client.setKeepAlive(true, KEEP_ALIVE_MS);
    client.pipe(leader).pipe(client);
  }
}

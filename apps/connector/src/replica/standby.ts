import { AdminServer, createMetrics } from "@fairlead/core";
import { connectorMetrics } from "../connector-metrics.ts";
import type { Settings } from "../settings.ts";
import { formatReplica, parseReplica } from "./replica-identity.ts";
import { ReportPipe } from "./report-pipe.ts";

/** A replica that does not lead: answers probes and carries agents' reports to the one that does. */
export class Standby implements AsyncDisposable {
  readonly #listeners = new AsyncDisposableStack();
  readonly #pipe: ReportPipe;
  readonly adminPort: number;
  readonly reportPort: number;
  /** How this replica is named in the lease. */
  readonly identity: string;
  #leader: string | undefined;

  private constructor(pipe: ReportPipe, adminPort: number, identity: string) {
    this.#pipe = this.#listeners.use(pipe);
    this.adminPort = adminPort;
    this.reportPort = pipe.port;
    this.identity = identity;
  }

  /** Listens where the connector would. Throws the system's error when it cannot. */
  static async listen(settings: Settings, name: string): Promise<Standby> {
    await using listeners = new AsyncDisposableStack();
    const pipe = listeners.use(await ReportPipe.listen(settings.FAIRLEAD_NODE_REPORT_LISTEN));
    const metrics = createMetrics();
    connectorMetrics(metrics).leading.set(0);
    let standby: Standby | undefined;
    const admin = listeners.use(
      await AdminServer.listen({
        host: settings.FAIRLEAD_ADMIN_HOST,
        port: settings.FAIRLEAD_ADMIN_PORT,
        metrics: () => metrics.expose(),
        notReady: () => (standby?.hasLeader ? undefined : "waiting for a replica that leads"),
      }),
    );
    const identity = formatReplica({ name, host: settings.FAIRLEAD_POD_IP ?? "", port: pipe.port });
    standby = new Standby(pipe, admin.port, identity);
    standby.#listeners.use(admin);
    listeners.move();
    return standby;
  }

  /** Whether another replica was seen to lead. */
  get hasLeader(): boolean {
    return this.#leader !== undefined && this.#leader !== this.identity;
  }

  /** Who leads now. */
  follow(leader: string | undefined): void {
    this.#leader = leader;
    this.#pipe.pointTo(leader === undefined || leader === this.identity ? undefined : parseReplica(leader));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#listeners.disposeAsync();
  }
}

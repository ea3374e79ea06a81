import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { bootstrap } from "../bootstrap.ts";
import { AdsServer } from "./ads-server.ts";

/** The stock Envoy that tests run. */
export const ENVOY = join(process.env.FAIRLEAD_CACHE ?? join(homedir(), ".cache", "fairlead"), "envoy-1.40.0", "envoy");

/** How a {@link TestEnvoy} differs from a node's. */
export interface TestEnvoyOptions {
  /** Threads that serve requests; default 2. With one, whatever was sent earlier is in force when something later is. */
  readonly workers?: number;
  /** How long the connections of a listener that is gone live on; default is Envoy's, 600. */
  readonly drainSeconds?: number;
  /** Port of 127.0.0.1 for `/ready` and `/metrics`. */
  readonly statusPort?: number;
}

/** A stock Envoy under an {@link AdsServer}, in a directory of its own. */
export class TestEnvoy implements AsyncDisposable {
  readonly ads: AdsServer;
  readonly #process: ChildProcess;
  /** Holds the sockets, the configuration and whatever a test puts there; removed at the end. */
  readonly directory: string;

  private constructor(ads: AdsServer, process: ChildProcess, directory: string) {
    this.ads = ads;
    this.#process = process;
    this.directory = directory;
  }

  /** Starts Envoy from our own bootstrap; it is connected once something has been set and answered. */
  static async start(options: TestEnvoyOptions = {}): Promise<TestEnvoy> {
    const { workers = 2, drainSeconds = 600, statusPort: port } = options;
    const directory = mkdtempSync(join(tmpdir(), "fairlead-envoy-"));
    const xdsSocketPath = join(directory, "xds.sock");
    const ads = await AdsServer.listen(xdsSocketPath);
    const config = join(directory, "bootstrap.json");
    const admin = { path: join(directory, "admin.sock") };
    const status = port === undefined ? {} : { status: { address: "127.0.0.1", port } };
    writeFileSync(
      config,
      JSON.stringify(bootstrap({ node: "test", xdsSocketPath, admin, maxConnections: 1000, ...status })),
    );
    const envoy = spawn(
      ENVOY,
      ["-c", config, "--use-dynamic-base-id", "--file-flush-interval-msec", "100", "-l", "warn"].concat([
        "--concurrency",
        `${workers}`,
        "--drain-time-s",
        `${drainSeconds}`,
      ]),
      {
        stdio: ["ignore", "ignore", "pipe"],
      },
    );
    envoy.stderr.pipe(createWriteStream(join(directory, "envoy.log")));
    return new TestEnvoy(ads, envoy, directory);
  }

  /** What Envoy has logged so far (warnings and errors). */
  log(): string {
    return readFileSync(join(this.directory, "envoy.log"), "utf8");
  }

  /** Answer of the admin interface to a GET. */
  admin(path: string): Promise<string> {
    return new Promise((resolve, reject) => {
      request({ socketPath: join(this.directory, "admin.sock"), path }, (response) => {
        let body = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => {
          body += chunk;
        });
        response.on("end", () => resolve(body));
      })
        .on("error", reject)
        .end();
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = new Promise((resolve) => this.#process.once("exit", resolve));
    if (this.#process.exitCode === null) {
      this.#process.kill("SIGTERM");
      await ended;
    }
    await this.ads[Symbol.asyncDispose]();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

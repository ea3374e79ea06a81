import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { silentLog } from "@fairlead/core";
import { bootstrap, translateModel, translateTable } from "@fairlead/envoy";
import type { HostTable, MeshModel, Backend as ModelBackend } from "@fairlead/mesh-model";
import { ResourceCache, XdsServer } from "@fairlead/xds";
import { pickPort } from "../src/ports.ts";
import type { Backend } from "./children.ts";
import { type Figure, latencies } from "./figures.ts";
import { Prober, untilNew } from "./probe.ts";
import type { PropagationPlan } from "./propagation.ts";

/** What the floor is measured with. */
export interface FloorOptions extends PropagationPlan {
  readonly envoy: string;
  readonly directory: string;
  readonly backend: Backend;
}

const CHAIN = "floor/floor/80";

/**
 * What no control plane can beat: the resources of one more host are handed to the delta server of an Envoy that holds
 * as many hosts as the product's did, and polled the same way.
 */
export async function measureFloor(options: FloorOptions): Promise<Figure[]> {
  const folder = join(options.directory, "floor");
  mkdirSync(folder, { recursive: true });
  const taken = new Set<number>();
  const port = await pickPort(18_080, taken);
  const admin = { address: "127.0.0.1", port: await pickPort(18_081, taken) };
  const xdsSocketPath = join(folder, "xds.sock");
  const cache = new ResourceCache();
  cache.update(translateModel(model(port, options)).resources);
  await using server = await XdsServer.listen({ cache, socketPath: xdsSocketPath, log: silentLog });
  const file = join(folder, "envoy.json");
  writeFileSync(file, JSON.stringify(bootstrap({ node: "floor", xdsSocketPath, admin })));
  const envoy = spawn(options.envoy, ["-c", file, "--use-dynamic-base-id", "--concurrency", "1", "-l", "error"], {
    stdio: "ignore",
  });
  try {
    using prober = new Prober(`http://127.0.0.1:${port}`);
    await untilServed(prober, server, `present-${options.present - 1}.floor.example`);
    const sample: number[] = [];
    for (let index = 0; index < options.late; index++) {
      const host = `late-${index}.floor.example`;
      const from = performance.now();
      const watching = untilNew(
        () => prober.get(host),
        ({ status }) => status === 404,
        ({ status }) => status === 200,
      );
      cache.update(translateTable(table(host)).resources);
      sample.push((await watching).at - from);
    }
    return latencies("propagation", `floor with ${options.present} present`, sample, {
      p50: "about 3",
      p99: "about 8",
    });
  } finally {
    envoy.kill("SIGKILL");
  }
}

async function untilServed(prober: Prober, server: XdsServer, host: string): Promise<void> {
  for (let attempt = 0; attempt < 1200; attempt++) {
    const answer = server.connected ? await prober.get(host).catch(() => undefined) : undefined;
    if (answer?.status === 200) return;
    await sleep(50);
  }
  throw new Error("the floor's Envoy did not come up");
}

function model(port: number, options: FloorOptions): MeshModel {
  const backend: ModelBackend = {
    name: "default/one:80",
    protocol: "http1",
    endpoints: [{ address: "127.0.0.1", port: options.backend.port }],
    sources: [],
  };
  return {
    sockets: [
      {
        name: `127.0.0.1:${port}`,
        addresses: ["127.0.0.1"],
        port,
        chains: [{ id: CHAIN, serverNames: [], sources: [] }],
        sources: [],
      },
    ],
    tables: Array.from({ length: options.present }, (_, index) => table(`present-${index}.floor.example`)),
    backends: [backend],
    certificates: [],
  };
}

function table(host: string): HostTable {
  const origin = { object: "", field: "" };
  return {
    name: `${CHAIN}|${host}`,
    chain: CHAIN,
    host,
    routes: [
      {
        name: `floor/${host}/0/0`,
        origin,
        match: { path: { type: "prefix", value: "/", origin }, headers: [], queryParams: [] },
        action: { type: "forward", backends: [{ backend: "default/one:80", weight: 1, origin }] },
      },
    ],
    sources: [],
  };
}

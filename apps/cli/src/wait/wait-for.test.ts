import { type Convergence, newId } from "@fairlead/contract";
import type { Clock } from "@fairlead/core";
import { MeshError } from "@fairlead/core";
import { describe, expect, test } from "vitest";
import { EXIT } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { type Awaited, waitFor } from "./wait-for.ts";

const T0 = "2026-11-23T09:00:00.000Z";

/** A clock that only `sleep` and held answers move. */
function fakeIo() {
  let now = 0;
  const lines: string[] = [];
  const clock: Clock = {
    now: () => now,
    sleep: async (ms) => {
      now += ms;
    },
  };
  const io: Io = {
    out: () => {},
    err: (line) => lines.push(line),
    readStdin: async () => "",
    env: {},
    cwd: "/",
    clock,
  };
  return { io, lines, hold: (ms: number) => clock.sleep(ms), elapsed: () => now };
}

function vector(state: Convergence["state"], more: Partial<Convergence["clusters"][number]> = {}): Convergence {
  const stage = { done: 1, total: 1, at: T0 };
  const cluster: Convergence["clusters"][number] = {
    cluster: newId("clu"),
    name: "edge-1",
    state,
    connection: "connected",
    since: null,
    sent: { state: "sent", at: T0 },
    applied: { state: "applied", at: T0, condition: null },
    proxied: { state: "proxied" },
    drift: null,
    nodes: [{ node: "n1", state: "proxied", at: T0, since: null, condition: null }],
    ...more,
  };
  return {
    intent: newId("rt"),
    object: { apiVersion: "gateway.networking.k8s.io/v1", kind: "HTTPRoute", namespace: "default", name: "reviews" },
    revision: "1.42",
    stage: "proxied",
    state,
    summary: `1 ${state}`,
    stages: { stored: { at: T0 }, sent: stage, applied: stage, proxied: stage },
    clusters: [cluster],
  };
}

function answers(title: string, ...list: (Convergence | MeshError)[]): Awaited {
  return {
    title,
    read: async () => {
      const next = list.length > 1 ? list.shift() : list[0];
      if (next instanceof MeshError || next === undefined) throw next;
      return next;
    },
  };
}

const options = { stage: "proxied", timeoutMs: 1_000 } as const;

describe("wait", () => {
  test("ends with 0 once everything has converged, and says what it waited for only when it changes", async () => {
    const { io, lines } = fakeIo();
    const one = answers("httproute/reviews", vector("progressing"), vector("progressing"), vector("converged"));
    const { code, vectors } = await waitFor([one, answers("gateway/web", vector("converged"))], options, io);
    expect([code, vectors.length]).toEqual([EXIT.ok, 2]);
    expect(lines).toEqual([
      "gateway/web: proxied everywhere (revision 1.42: 1 converged)",
      "httproute/reviews: waiting: 1 progressing",
      "httproute/reviews: proxied everywhere (revision 1.42: 1 converged)",
    ]);
  });

  test("says what it waited for where proxies cannot be observed", async () => {
    const { io, lines } = fakeIo();
    const [unseen, seen] = [
      vector("converged", { proxied: { state: "unobservable" }, nodes: [] }),
      vector("converged"),
    ];
    const both = { ...seen, clusters: [...seen.clusters, ...unseen.clusters] };
    await waitFor([answers("gateway/cilium", unseen), answers("gateway/both", both)], options, io);
    await waitFor([answers("gateway/cilium", { ...unseen, stage: "applied" })], { ...options, stage: "applied" }, io);
    expect(lines).toEqual([
      "gateway/cilium: applied everywhere (revision 1.42: 1 converged)",
      "gateway/both: proxied wherever that can be observed, applied in 1 cluster where it cannot (revision 1.42: 1 converged)",
      "gateway/cilium: applied everywhere (revision 1.42: 1 converged)",
    ]);
  });

  test("ends with 4 at the first rejection and names object, field, reason, cluster and node", async () => {
    const { io, lines } = fakeIo();
    const condition = {
      type: "Programmed",
      status: "False",
      reason: "InvalidRegex",
      message: "missing closing )",
      object: vector("converged").object,
      field: "spec.rules[0].matches[0].path.value",
    } as const;
    const rejected = vector("rejected", { nodes: [{ node: "n1", state: "rejected", at: T0, since: null, condition }] });
    const { code } = await waitFor(
      [answers("gateway/web", vector("progressing")), answers("httproute/reviews", rejected)],
      options,
      io,
    );
    expect(code).toBe(EXIT.rejected);
    expect(lines).toEqual([
      "error: httproute/reviews was rejected (1 rejected)",
      "  HTTPRoute default/reviews at spec.rules[0].matches[0].path.value: Programmed=False: InvalidRegex: missing closing ) (cluster edge-1, node n1)",
    ]);
  });

  test("ends with 3 when time is over and names who was silent, since when", async () => {
    const { io, lines, elapsed } = fakeIo();
    const silent = vector("unknown", {
      nodes: [{ node: "n2", state: "unknown", at: null, since: T0, condition: null }],
    });
    const { code } = await waitFor([answers("httproute/reviews", silent)], options, io);
    expect([code, elapsed()]).toEqual([EXIT.timeout, 1_000]);
    expect(lines.slice(-2)).toEqual([
      "error: httproute/reviews is not proxied everywhere after 1 s: 1 unknown",
      `  cluster edge-1, node n2: unknown since ${T0}`,
    ]);
  });

  test("an API that is away for a while is waited for; any other failure is not", async () => {
    const { io, lines } = fakeIo();
    const away = new MeshError("unavailable", { public: "Cannot reach the API" });
    expect((await waitFor([answers("httproute/reviews", away, vector("converged"))], options, io)).code).toBe(EXIT.ok);
    expect(lines[0]).toBe("httproute/reviews: waiting: Cannot reach the API");
    const gone = new MeshError("not_found", { public: "gone" });
    await expect(waitFor([answers("httproute/reviews", gone)], options, io)).rejects.toThrow("gone");
  });

  test("an intent that is placed nowhere does not pass for converged", async () => {
    const { io, lines } = fakeIo();
    const unplaced = { ...vector("unplaced"), clusters: [], summary: "no cluster is selected" };
    expect((await waitFor([answers("httproute/reviews", unplaced)], options, io)).code).toBe(EXIT.timeout);
    expect(lines.at(-1)).toBe("error: httproute/reviews is not proxied everywhere after 1 s: no cluster is selected");
  });
});

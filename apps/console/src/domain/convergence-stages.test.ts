import { type Convergence, newId } from "@fairlead/contract";
import { expect, test } from "vitest";
import { stagesOf } from "./convergence-stages.ts";

const at = "2026-11-01T00:00:00.000Z";
const done = { done: 2, total: 2, at };
type Parts = Pick<Convergence, "stages" | "clusters">;
const node = (name: string, state: "proxied" | "rejected" | "unknown" | "pending") => {
  return { node: name, state, at, since: null, condition: null };
};
const vector = (proxied: Parts["stages"]["proxied"], states: Parameters<typeof node>[1][]) =>
  stagesOf({
    ...base,
    stages: { stored: { at }, sent: done, applied: done, proxied },
    clusters: [{ ...cluster, nodes: states.map((state, index) => node(`n${index}`, state)) }],
  }).at(-1);
const cluster: Convergence["clusters"][number] = {
  cluster: newId("clu"),
  name: "one",
  state: "converged",
  connection: "connected",
  since: null,
  sent: { state: "sent", at },
  applied: { state: "applied", at, condition: null },
  proxied: { state: "proxied" },
  drift: null,
  nodes: [],
};
const base: Convergence = {
  intent: "rt_1",
  object: { apiVersion: "v1", kind: "HTTPRoute", namespace: "a", name: "b" },
  revision: "1.2",
  stage: "proxied",
  state: "converged",
  summary: "",
  stages: { stored: { at }, sent: done, applied: done, proxied: done },
  clusters: [],
};

test("all done: good, with when the last one was", () => {
  expect(vector(done, ["proxied", "proxied"])).toEqual({
    name: "Proxied",
    words: { tone: "good", label: "2 of 2" },
    detail: "00:00:00 UTC",
  });
});

test("one refused, however many are done: it says so", () => {
  expect(vector({ done: 1, total: 2, at: null }, ["proxied", "rejected"])).toEqual({
    name: "Proxied",
    words: { tone: "bad", label: "1 rejected" },
    detail: "1 of 2 nodes",
  });
});

test("one silent is unknown, one waiting is under way, none is nowhere", () => {
  expect(vector({ done: 1, total: 2, at: null }, ["proxied", "unknown"])?.words).toEqual({
    tone: "unknown",
    label: "1 unknown",
  });
  expect(vector({ done: 1, total: 2, at: null }, ["proxied", "pending"])?.words.tone).toBe("busy");
  expect(vector({ done: 0, total: 0, at: null }, [])?.words).toEqual({ tone: "neutral", label: "nowhere" });
});

test("a cluster that cannot be observed is said beside the others, or alone", () => {
  const unseen = { ...cluster, proxied: { state: "unobservable" as const } };
  const seen = { ...cluster, nodes: [node("n1", "proxied")] };
  const last = (proxied: Parts["stages"]["proxied"], ...clusters: Parts["clusters"]) =>
    stagesOf({ ...base, stages: { ...base.stages, proxied }, clusters }).at(-1);
  expect(last({ done: 0, total: 0, at: null }, unseen)).toEqual({
    name: "Proxied",
    words: { tone: "neutral", label: "not observable" },
    detail: "not observable in 1 cluster",
  });
  expect(last({ done: 0, total: 1, at: null }, unseen, seen)?.detail).toBe("0 of 1 node; not observable in 1 cluster");
  expect(last({ done: 1, total: 1, at }, unseen, seen)?.words).toEqual({ tone: "good", label: "1 of 1" });
});

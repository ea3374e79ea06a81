import { expect, test } from "vitest";
import { addEvent, type LiveEvent, NOTHING } from "./live-refresh.ts";

const after = (...events: LiveEvent[]) => events.reduce(addEvent, NOTHING);
const change = (action: "create" | "update" | "delete", id = "rt_1"): LiveEvent => {
  return { event: "change", revision: "1.2", action, subject: "intent", id, kind: "HTTPRoute", project: "prj_1" };
};

test("a changed intent is read again alone, and so is how far things have come", () => {
  expect(after(change("update"))).toEqual({
    ...NOTHING,
    convergence: true,
    intents: new Map([["rt_1", { id: "rt_1", kind: "HTTPRoute", project: "prj_1", gone: false }]]),
  });
});

test("of several changes of one intent the last counts", () => {
  expect(after(change("update"), change("delete")).intents.get("rt_1")?.gone).toBe(true);
  expect(after(change("delete"), change("create")).intents.get("rt_1")?.gone).toBe(false);
});

test("a report moves convergence, a connection the clusters too", () => {
  expect(after({ event: "state", cluster: null })).toEqual({ ...NOTHING, convergence: true });
  expect(after({ event: "clusters", cluster: "clu_1" })).toEqual({ ...NOTHING, convergence: true, clusters: true });
});

test("when too much was missed, everything is read again", () => {
  expect(after({ event: "reset", revision: "1.9" }).everything).toBe(true);
});

test("a stream that has come back reads again what it does not replay", () => {
  expect(after({ event: "ready", revision: "1.9" })).toEqual({ ...NOTHING, convergence: true, clusters: true });
});

test("projects and clusters by themselves", () => {
  const base = { event: "change", revision: "1.2", action: "update", id: "x", kind: null, project: null } as const;
  expect(after({ ...base, subject: "project" })).toMatchObject({ projects: true, clusters: false });
  expect(after({ ...base, subject: "cluster" })).toMatchObject({ projects: false, clusters: true });
});

import { systemClock } from "@fairlead/core";
import { expect, test } from "vitest";
import { httpRoute, routeKey } from "../testing/objects.ts";
import { ObjectReports } from "./object-reports.ts";

const key = routeKey("r");

function create() {
  const changed: string[] = [];
  let now = 0;
  const reports = new ObjectReports({ ...systemClock, now: () => ++now }, (each) => changed.push(each));
  return { reports, changes: () => changed.splice(0).length };
}

const at = (revision: string) => httpRoute("r", "a.test", [], { revision });
const rejected = { state: "rejected", rejection: { field: "f", reason: "R", message: "m" } } as const;

test("a state stays until the revision changes or the object is refused", () => {
  const { reports, changes } = create();
  reports.set(key, at("1.1"), { state: "pending" });
  reports.set(key, at("1.1"), { state: "proxied" });
  reports.set(key, at("1.1"), { state: "pending" });
  reports.set(key, at("1.1"), { state: "proxied" });
  expect(reports.all.get(key)).toEqual({ key, revision: "1.1", state: "proxied", at: 2 });
  expect(changes()).toBe(2);
  reports.set(key, at("1.1"), rejected);
  expect(reports.all.get(key)).toMatchObject({ state: "rejected", rejection: rejected.rejection });
  reports.set(key, at("1.2"), { state: "pending" });
  expect(reports.all.get(key)).toMatchObject({ revision: "1.2", state: "pending" });
  expect(changes()).toBe(2);
});

test("what carries no revision of ours is not reported, and no longer once it loses it", () => {
  const { reports, changes } = create();
  reports.set("/Service/default/s", at("1.1"), { state: "proxied" });
  reports.set(key, httpRoute("r", "a.test", []), { state: "proxied" });
  reports.set(key, at("one"), { state: "proxied" });
  expect([reports.all.size, changes()]).toEqual([0, 0]);
  reports.set(key, at("1.1"), { state: "proxied" });
  reports.set(key, httpRoute("r", "a.test", []), { state: "proxied" });
  expect([reports.all.size, changes()]).toEqual([0, 2]);
});

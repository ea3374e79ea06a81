import type { HTTPRoute } from "@fairlead/kubernetes-types";
import type { BundleEntry } from "@fairlead/tunnel";
import { expect, test } from "vitest";
import { standing } from "./cluster-survey.ts";
import { route } from "./testing/test-objects.ts";

function live(revision: string, intent = "rt_1"): HTTPRoute {
  const object = route("a");
  const annotations = { "fairlead.dev/intent": intent, "fairlead.dev/revision": revision };
  return { ...object, metadata: { ...object.metadata, annotations } };
}

function entry(n: number, epoch = 1): BundleEntry {
  return { revision: { epoch: 1, n }, epoch, object: { digest: "", intent: "rt_1", body: "{}" } };
}

const tombstone: BundleEntry = { revision: { epoch: 1, n: 5 }, epoch: 1 };

test.each([
  ["the object at its revision", entry(5), live("1.5"), "in place"],
  ["another intent's object", entry(5), live("1.5", "rt_2"), "different"],
  ["an older object", entry(5), live("1.4"), "different"],
  ["an object applied just before a crash", entry(5), live("1.6"), "ahead"],
  ["an object of before a backup was restored", entry(5, 2), live("1.6"), "different"],
  ["an object without a revision", entry(5), route("a"), "different"],
  ["no object where one should be", entry(5), undefined, "different"],
  ["no object where none should be", tombstone, undefined, "in place"],
  ["an object where none should be", tombstone, live("1.4"), "different"],
])("%s", (_name, wanted, found, expected) => {
  expect(standing(wanted, found)).toBe(expected);
});

import { TYPE_URL } from "@fairlead/envoy";
import { expect, test } from "vitest";
import { findSuspects, type Source } from "./suspects.ts";

const route = "gateway.networking.k8s.io/HTTPRoute/default/r";
const other = "gateway.networking.k8s.io/HTTPRoute/default/s";
const gateway = "gateway.networking.k8s.io/Gateway/default/g";

function source(key: string, changedAt: number, proven = false): Source {
  return { key, changedAt, proven };
}

test.each([
  ["whoever changed since the last accepted version", [source(route, 5), source(other, 2)], [route]],
  ["nobody whose present form has been accepted elsewhere", [source(route, 5), source(other, 5, true)], [route]],
  ["the authors of a route's words before the Gateway it hangs on", [source(gateway, 5), source(route, 5)], [route]],
  ["several when several changed", [source(route, 4), source(other, 5)], [route, other]],
  ["the Gateway when only it changed", [source(gateway, 5), source(route, 1, true)], [gateway]],
  ["somebody even if all are proven", [source(route, 1, true)], [route]],
])("suspects %s", (_, sources, expected) => {
  expect(findSuspects(TYPE_URL.route, sources, 3)).toEqual(expected);
});

test("a listener's author is its Gateway", () => {
  expect(findSuspects(TYPE_URL.listener, [source(gateway, 5), source(route, 5)], 3)).toEqual([gateway]);
});

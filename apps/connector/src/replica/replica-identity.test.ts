import { expect, test } from "vitest";
import { formatReplica, parseReplica } from "./replica-identity.ts";

test.each([
  ["fairlead-connector-7d9f-x2x4z@10.244.1.7:9883", "10.244.1.7"],
  ["fairlead-connector-7d9f-x2x4z@[fd00:10:244::7]:9883", "fd00:10:244::7"],
])("%s names its address", (text, host) => {
  const replica = { name: "fairlead-connector-7d9f-x2x4z", host, port: 9883 };
  expect(formatReplica(replica)).toBe(text);
  expect(parseReplica(text)).toEqual(replica);
});

test.each(["", "someone", "node_1234", "name@", "name@host", "@10.0.0.1:9883"])(
  "a holder %j names none, so nothing is sent there",
  (text) => expect(parseReplica(text)).toBeUndefined(),
);

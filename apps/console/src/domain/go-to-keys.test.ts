import { expect, test } from "vitest";
import { KEY_HELP, type KeyState, pressKey } from "./go-to-keys.ts";

const press = (keys: string, more: { readonly typing?: boolean; readonly modified?: boolean } = {}) => {
  let state: KeyState = "idle";
  const commands: unknown[] = [];
  for (const key of keys) {
    const next = pressKey(state, { key, modified: false, typing: false, ...more });
    state = next.state;
    if (next.command) commands.push(next.command);
  }
  return commands;
};

test.each([
  ["gc", [{ command: "go", to: "clusters" }]],
  ["gw", [{ command: "go", to: "gateways" }]],
  ["gr", [{ command: "go", to: "routes" }]],
  ["gi", [{ command: "go", to: "ingresses" }]],
  ["/", [{ command: "filter" }]],
  ["jk", [{ command: "next" }, { command: "previous" }]],
  ["?", [{ command: "help" }]],
  ["gxc", []],
  ["c", []],
])("%s gives %j", (keys, commands) => {
  expect(press(keys)).toEqual(commands);
});

test("keys that are typed into something, or belong to the browser, do nothing", () => {
  expect([...press("gc/j?", { typing: true }), ...press("gc/j?", { modified: true })]).toEqual([]);
});

test("the help names every place one can go to", () => {
  expect(KEY_HELP.map(([keys]) => keys)).toEqual(expect.arrayContaining(["g c", "g w", "g r", "g i", "/", "?"]));
});

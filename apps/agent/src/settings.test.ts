import { readFileSync } from "node:fs";
import { meshVariables } from "@fairlead/mesh-settings";
import { expect, test } from "vitest";
import { readSettings } from "./settings.ts";

const least = {
  FAIRLEAD_NODE_NAME: "n",
  FAIRLEAD_XDS_SOCKET: "/run/fairlead/xds.sock",
  FAIRLEAD_STATE_DIR: "/var/lib/fairlead",
};

test("three variables are enough", () => {
  expect(readSettings(least)).toMatchObject({ FAIRLEAD_PORT_OFFSET: 0, FAIRLEAD_COMPAT_CILIUM_CLASSES: false });
});

test("Ingresses redirect to HTTPS and share an address unless told otherwise", () => {
  expect(readSettings(least)).toMatchObject({
    FAIRLEAD_INGRESS_FORCE_HTTPS: true,
    FAIRLEAD_INGRESS_LOAD_BALANCER_MODE: "shared",
  });
  const env = { ...least, FAIRLEAD_INGRESS_FORCE_HTTPS: "false", FAIRLEAD_INGRESS_LOAD_BALANCER_MODE: "both" };
  expect(() => readSettings(env)).toThrow(/FAIRLEAD_INGRESS_LOAD_BALANCER_MODE/);
});

test("every wrong variable is named", () => {
  const env = { ...least, FAIRLEAD_NODE_NAME: "", FAIRLEAD_CONNECTOR_URL: "ftp://x", FAIRLEAD_PORT_OFFSET: "-1" };
  expect(() => readSettings(env)).toThrow(/FAIRLEAD_NODE_NAME.*FAIRLEAD_CONNECTOR_URL.*FAIRLEAD_PORT_OFFSET/);
});

test("the README lists exactly the variables there are", () => {
  const source = readFileSync(new URL("./settings.ts", import.meta.url), "utf8");
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const own = [...source.matchAll(/^ {2}(FAIRLEAD_\w+):/gm)].map(([, name]) => name);
  const inCode = [...own, ...Object.keys(meshVariables)];
  const inReadme = [...readme.matchAll(/^\| `(FAIRLEAD_\w+)` \|/gm)].map(([, name]) => name);
  expect(inReadme.sort()).toEqual(inCode.sort());
});

import { globSync } from "node:fs";
import { basename } from "node:path";
import { objectKey } from "@fairlead/kubernetes-types";
import { describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { MeshIndex } from "./mesh-index.ts";
import { controllerClasses } from "./settings.ts";
import { gatewayClassStatus } from "./status/gateway-class-status.ts";
import { gatewayStatus } from "./status/gateway-status.ts";
import { routeStatus } from "./status/route-status.ts";
import { isGateway, isGatewayClass, isRoute } from "./testing/kinds.ts";
import { additions, loadObjects, TESTDATA } from "./testing/load-objects.ts";

// Cases are named after the Gateway API conformance test they mirror; the output is what the words of the spec ask for.
describe("golden files", () => {
  for (const path of globSync(`${TESTDATA}/*.in.yaml`).sort()) {
    const name = basename(path, ".in.yaml");
    test(name, async () => {
      const own = loadObjects(path);
      const objects = [...loadObjects(`${TESTDATA}/base.yaml`), ...own];
      const index = new MeshIndex({ classes: controllerClasses({ compatCilium: true }) });
      const { malformed } = index.apply(additions(objects));
      const { sockets, tables, backends, certificates } = index.model();
      const id = (object: (typeof objects)[number]) => `${object.metadata.namespace}/${object.metadata.name}`;
      const faults = Object.fromEntries(
        own.map(objectKey).flatMap((key) => (index.faults(key).length === 0 ? [] : [[key, index.faults(key)]])),
      );
      const output = {
        sockets,
        tables,
        backends,
        certificates: certificates.map((certificate) => ({ ...certificate, chain: "<chain>", key: "<key>" })),
        status: Object.fromEntries([
          ...own.filter(isGatewayClass).map((object) => {
            const view = index.gatewayClass(object.metadata.name);
            return [`GatewayClass ${object.metadata.name}`, view ? gatewayClassStatus(object, view) : "not ours"];
          }),
          ...objects.filter(isGateway).map((object) => {
            const view = index.gateway(id(object));
            return [`Gateway ${id(object)}`, view ? gatewayStatus(object, view) : "not ours"];
          }),
          ...objects.filter(isRoute).map((object) => {
            const view = object.kind === "HTTPRoute" ? index.httpRoute(id(object)) : index.grpcRoute(id(object));
            return [
              `${object.kind} ${id(object)}`,
              routeStatus(object, view, { controllers: ["fairlead.dev/gateway-controller"], findings: [] }),
            ];
          }),
        ]),
        ...(Object.keys(faults).length > 0 && { faults }),
        ...(malformed.length > 0 && { malformed }),
      };
      const text = stringify(output, { aliasDuplicateObjects: false, lineWidth: 120 });
      await expect(text).toMatchFileSnapshot(`${TESTDATA}/${name}.out.yaml`);
    });
  }
});

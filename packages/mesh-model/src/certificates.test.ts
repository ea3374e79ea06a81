import type { KubernetesObject } from "@fairlead/kubernetes-types";
import { describe, expect, test } from "vitest";
import { MeshIndex } from "./mesh-index.ts";
import { controllerClasses } from "./settings.ts";
import { gatewayStatus, nextStatusChange } from "./status/gateway-status.ts";
import { isGateway } from "./testing/kinds.ts";
import { additions, loadObjects, TESTDATA } from "./testing/load-objects.ts";

const objects = loadObjects(`${TESTDATA}/CertificateValidity.in.yaml`);
const base = loadObjects(`${TESTDATA}/base.yaml`);
const classes = controllerClasses();
const gateway = objects.find(isGateway);
const GATEWAY = "gateway.networking.k8s.io/Gateway/infra/tls";

function index(
  settings: { readonly certificates?: "assume"; readonly secretNamespaces?: readonly string[] } = {},
  extra: readonly KubernetesObject[] = [],
) {
  const made = new MeshIndex({ classes, ...settings });
  made.apply(additions([...base, ...objects, ...extra]));
  return made;
}

describe("certificates in use", () => {
  test("each Secret once, with everyone that uses it; one that cannot be served says why", () => {
    const uses = index()
      .certificateUses()
      .map(({ secret, usedBy, problem, facts }) => [secret, usedBy, problem, facts?.notAfter]);
    expect(uses).toEqual([
      ["infra/expired", [GATEWAY], undefined, "2021-01-01T00:00:00Z"],
      ["infra/missing", [GATEWAY], "does not exist", undefined],
      ["infra/one", [GATEWAY, "networking.k8s.io/Ingress/infra/web"], undefined, "2126-10-30T09:23:12Z"],
    ]);
  });

  test("one in a namespace whose Secrets may not be read says so, whatever is there", () => {
    const problems = (secretNamespaces: readonly string[]) =>
      index({ secretNamespaces })
        .certificateUses()
        .map(({ problem }) => problem);
    expect(new Set(problems(["default"]))).toEqual(
      new Set(["may not be read: its namespace is none of those named when Fairlead was installed"]),
    );
    expect(problems(["default", "infra"])).toEqual([undefined, "does not exist", undefined]);
  });

  test("an expired certificate is served, and the listener's status says that it is", () => {
    const made = index();
    const view = made.gateway("infra/tls");
    expect(made.model().certificates.map(({ name }) => name)).toEqual(["infra/expired", "infra/one"]);
    if (gateway === undefined || view === undefined) throw new Error("the fixture has a Gateway");
    const now = Date.parse("2026-11-27T00:00:00Z");
    const said = (at: number) =>
      gatewayStatus(gateway, view, { now: at }).listeners.map(({ conditions }) => {
        const { status, message } = conditions.find(({ type }) => type === "ResolvedRefs") ?? {};
        return `${status} ${message}`;
      });
    expect(said(now)).toEqual([
      "True All references are resolved",
      "True All references are resolved; the certificate in Secret infra/expired expired at 2021-01-01T00:00:00Z",
      "False Secret infra/missing does not exist",
    ]);
    expect(said(0)[1]).toMatch(/is not valid before 2020-01-01T00:00:00Z$/);
    expect(new Date(nextStatusChange(view, now) ?? 0).toISOString()).toBe("2126-10-30T09:23:13.000Z");
  });

  test("where Secrets are out of reach every reference holds, and no certificate is in the model", () => {
    const made = index({ certificates: "assume" });
    expect(made.gateway("infra/tls")?.serving.listeners.map(({ ready }) => ready)).toEqual([true, true, true]);
    expect(made.model().certificates).toEqual([]);
    expect(made.certificateUses().map(({ secret, facts }) => [secret, facts])).toEqual([
      ["infra/expired", undefined],
      ["infra/missing", undefined],
      ["infra/one", undefined],
    ]);
  });

  test("a Secret that nothing uses any more is not in use", () => {
    const made = index();
    made.apply([{ key: GATEWAY, object: undefined }]);
    expect(made.certificateUses().map(({ secret }) => secret)).toEqual(["infra/one"]);
    made.apply([{ key: "networking.k8s.io/Ingress/infra/web", object: undefined }]);
    expect(made.certificateUses()).toEqual([]);
  });
});

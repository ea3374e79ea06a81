import { randomBytes } from "node:crypto";
import { systemClock } from "@fairlead/core";
import type { Gateway, HTTPRoute, Service } from "@fairlead/kubernetes-types";
import { KubernetesClient } from "../client.ts";
import type { Connection } from "../connection.ts";
import { resources } from "../resource-type.ts";

/** What a case has to work with. */
export interface BatteryContext {
  readonly client: KubernetesClient;
  /** Fresh, and gone after the case. */
  readonly namespace: string;
  /** Runs `check` until it gives something else than undefined or false; throws after ten seconds. */
  readonly eventually: <T>(
    what: string,
    check: () => Promise<T | undefined | false> | T | undefined | false,
  ) => Promise<T>;
}

/** One thing a server must do. */
export interface BatteryCase {
  /** The guarantee, in a sentence. */
  readonly name: string;
  readonly run: (context: BatteryContext) => Promise<void>;
}

/** Gives a case its own client and namespace. */
export async function withBatteryContext(connection: Connection, run: BatteryCase["run"]): Promise<void> {
  await using client = new KubernetesClient({ connection, userAgent: "fairlead-battery" });
  const namespace = `battery-${randomBytes(4).toString("hex")}`;
  await client.create(resources.namespaces, { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  try {
    await run({ client, namespace, eventually });
  } finally {
    await client.delete(resources.namespaces, { name: namespace });
  }
}

/** A Gateway with these listeners, on ports from 80 on. */
export function gatewayNamed(namespace: string, name: string, listeners: readonly string[]): Gateway {
  return {
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "Gateway",
    metadata: { namespace, name },
    spec: {
      gatewayClassName: "battery",
      listeners: listeners.map((listener, index) => ({ name: listener, port: 80 + index, protocol: "HTTP" })),
    },
  };
}

/** An HTTPRoute for these hosts. */
export function routeNamed(namespace: string, name: string, hostnames: readonly string[]): HTTPRoute {
  return {
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "HTTPRoute",
    metadata: { namespace, name },
    spec: { hostnames, rules: [{ backendRefs: [{ name: "backend", port: 80 }] }] },
  };
}

/** A Service with one port. */
export function serviceNamed(namespace: string, name: string, labels: Readonly<Record<string, string>> = {}): Service {
  return { apiVersion: "v1", kind: "Service", metadata: { namespace, name, labels }, spec: { ports: [{ port: 80 }] } };
}

const eventually: BatteryContext["eventually"] = async (what, check) => {
  for (let tries = 0; tries < 1000; tries++) {
    const found = await check();
    if (found !== undefined && found !== false) return found;
    await systemClock.sleep(10);
  }
  throw new Error(`did not come true: ${what}`);
};

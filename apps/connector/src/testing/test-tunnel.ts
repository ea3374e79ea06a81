import { createMetrics, silentLog, systemClock } from "@fairlead/core";
import { FactBook } from "@fairlead/tunnel";
import { connectorMetrics } from "../connector-metrics.ts";
import type { ConnectorState } from "../state/connector-state.ts";
import { TunnelClient } from "../tunnel-client.ts";
import type { TestHub } from "./test-hub.ts";

export interface TunnelChange {
  readonly joinToken?: string;
  readonly proxy?: string;
}

/** The tunnel half of a connector, without a cluster. Disposing closes the state as well. */
export function startTunnel(hub: TestHub, state: ConnectorState, change: TunnelChange = {}) {
  const { identity, store } = state;
  const client = new TunnelClient({
    facts: new FactBook(),
    url: new URL(`${hub.url}/v1/tunnel`),
    proxy: { HTTP_PROXY: change.proxy },
    identity,
    store,
    metrics: connectorMetrics(createMetrics()),
    log: silentLog,
    clock: systemClock,
    rng: Math.random,
    hopelessAfterMs: 60_000,
    onHopeless: () => {},
    onOpen: () => {},
    onClosed: () => {},
    onChanged: () => {},
    onReady: () => {},
    describe: async () => ({
      joinToken: change.joinToken ?? "jt_good",
      clusterUid: "uid",
      connectorVersion: "0.1.0",
      serves: [],
    }),
  });
  client.start();
  return {
    store,
    identity,
    client,
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]();
      await state[Symbol.asyncDispose]();
    },
  };
}

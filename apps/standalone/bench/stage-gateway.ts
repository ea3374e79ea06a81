import { setTimeout as sleep } from "node:timers/promises";
import type { Instance } from "../src/instance.ts";
import { portOffset } from "../src/layout.ts";
import { Prober } from "./probe.ts";

/** Where a Gateway listens, once it does. Throws after 30 s. */
export async function findService(instance: Instance, gateway: string): Promise<string> {
  const { objectServerPort, tokens } = instance.layout;
  const url = `http://127.0.0.1:${objectServerPort}/apis/gateway.networking.k8s.io/v1/namespaces/default/gateways/${gateway}`;
  for (let attempt = 0; attempt < 600; attempt++) {
    const response = await fetch(url, { headers: { authorization: `Bearer ${tokens.admin}` } });
    const body: { status?: { addresses?: readonly { value: string }[] } } = JSON.parse(await response.text());
    const address = body.status?.addresses?.[0]?.value;
    if (address !== undefined) {
      const target = `http://${address}:${80 + portOffset()}`;
      using prober = new Prober(target);
      if (
        await prober.get("unknown.example").then(
          () => true,
          () => false,
        )
      )
        return target;
    }
    await sleep(50);
  }
  throw new Error(`Gateway ${gateway} did not come up`);
}

import { expect, test } from "vitest";
import { startEnvoy } from "./envoy.ts";

const ADMIN = { address: { socket_address: { address: "127.0.0.1", port_value: 0 } } };

test("the real Envoy starts, answers on its admin interface and ends", async () => {
  const envoy = await startEnvoy({ bootstrap: { admin: ADMIN } });
  expect(JSON.parse(await envoy.admin("/server_info"))).toMatchObject({ state: "LIVE" });
  await expect(envoy.admin("/nonsense")).rejects.toThrow(/answered 404/);
  await envoy.stop();
  expect(await envoy.ended).toBe("exit code 0");
});

test("a bootstrap it does not take is reported in its words", async () => {
  await expect(startEnvoy({ bootstrap: { admin: ADMIN, nonsense: true } })).rejects.toThrow(
    /Envoy did not start \(it ended with exit code 1\):[\s\S]*no\s+such\s+field:\s+'nonsense'/,
  );
});

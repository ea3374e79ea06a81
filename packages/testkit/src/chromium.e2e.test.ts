import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ensureChromium, startChromium } from "./chromium.ts";

const browser = await ensureChromium();
const server = createServer((_, response) =>
  response.setHeader("content-type", "text/html").end("<title>A page</title>"),
);
const isAddress = (address: unknown): address is AddressInfo => typeof address === "object" && address !== null;

beforeAll(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)));
afterAll(() => server.close());

/** Processes that were given this folder as their profile. */
function processesOf(profile: string): string[] {
  return readdirSync("/proc").filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(profile);
    } catch {
      return false;
    }
  });
}

// Guarantee: a test run that ended leaves no browser and no profile behind.
test.skipIf("missing" in browser)("it shows a page and is gone when disposed, to the last process", async () => {
  const address = server.address();
  const port = isAddress(address) ? address.port : 0;
  const before = new Set(processesOf("fairlead-chromium-"));
  {
    await using started = await startChromium();
    const page = await started.context.newPage();
    await page.goto(`http://127.0.0.1:${port}/`);
    expect(await page.title()).toBe("A page");
    expect(processesOf("fairlead-chromium-").filter((pid) => !before.has(pid)).length).toBeGreaterThan(0);
  }
  expect(processesOf("fairlead-chromium-").filter((pid) => !before.has(pid))).toEqual([]);
});

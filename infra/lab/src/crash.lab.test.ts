import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { tempDir } from "@fairlead/testkit";
import { beforeAll, describe, expect, test } from "vitest";
import { down } from "./down.ts";
import { attempt } from "./machine/run.ts";
import { ensureBinaries } from "./start-lab.ts";
import { claimedIndices, leftovers } from "./testing/leftovers.ts";
import { noLab } from "./testing/why-no-lab.ts";

const program = fileURLToPath(new URL("testing/up-and-die.ts", import.meta.url));

/** Begins a lab of one node without Kubernetes, killing it at one step; gives whether it came to its end instead. */
async function upAndDie(directory: string, step: number, when: "recorded" | "made"): Promise<boolean> {
  const { code, stdout, stderr } = await attempt([process.execPath, program, directory, `${step}`, when]);
  if (code !== 0 && stderr !== "" && !stderr.startsWith("Command failed")) throw new Error(stderr);
  return code === 0 && stdout !== "";
}

describe.skipIf(noLab !== undefined)("a lab that is killed on its way up", () => {
  beforeAll(() => ensureBinaries(console.error), 1_200_000);

  test("is taken away whole, at whatever step it died", { timeout: 600_000 }, async () => {
    await using folder = await tempDir("lab");
    const directory = join(folder.path, "crash");
    let finished = false;
    for (let step = 1; !finished; step++) {
      for (const when of ["recorded", "made"] as const) {
        finished = await upAndDie(directory, step, when);
        const indices = claimedIndices(directory);
        const had = await leftovers(directory, indices);
        expect(had, `step ${step} ${when}`).toContain(directory);
        expect(await down(directory)).toBe(true);
        expect(await leftovers(directory, indices), `left after step ${step} ${when}`).toEqual([]);
        if (finished) break;
      }
    }
  });

  test("is made anew by the next `up`, which takes the rest away first", { timeout: 120_000 }, async () => {
    await using folder = await tempDir("lab");
    const directory = join(folder.path, "again");
    // The last step or the one before it: almost everything is there.
    expect(await upAndDie(directory, 10, "made")).toBe(false);
    const died = claimedIndices(directory);
    expect(await leftovers(directory, died)).not.toEqual([]);
    expect(await upAndDie(directory, 0, "made")).toBe(true);
    const indices = claimedIndices(directory);
    expect((await leftovers(directory, indices)).filter((line) => line.startsWith("process"))).toHaveLength(1);
    expect(await down(directory)).toBe(true);
    expect(await leftovers(directory, [...new Set([...died, ...indices])])).toEqual([]);
  });

  // The control plane runs alone, containers are being made, containers run.
  const moments = [
    ["API server", 0],
    ["containerd, images", 3000],
    ["nodes and CoreDNS ready", 0],
  ] as const;
  test.each(moments)(
    "is taken away with what runs in it, killed after the stage “%s” and %i ms",
    { timeout: 300_000 },
    async (words, ms) => {
      await using folder = await tempDir("lab");
      const directory = join(folder.path, "busy");
      const { code, stderr } = await attempt([process.execPath, program, directory, words, `${ms}`], {
        timeoutMs: 200_000,
      });
      expect(code, stderr).not.toBe(0);
      const indices = claimedIndices(directory);
      const had = await leftovers(directory, indices);
      expect(had.filter((line) => line.startsWith("process")).length).toBeGreaterThan(2);
      expect(await down(directory)).toBe(true);
      expect(await leftovers(directory, indices)).toEqual([]);
    },
  );

  test("taking down what is not there does nothing, twice", async () => {
    await using folder = await tempDir("lab");
    const directory = join(folder.path, "never");
    expect(await down(directory)).toBe(false);
    expect(await down(directory)).toBe(false);
    expect(existsSync(directory)).toBe(false);
  });

  test("a directory with somebody else's files is refused and kept", async () => {
    await using folder = await tempDir("lab");
    await attempt(["touch", join(folder.path, "letter")]);
    await expect(down(folder.path)).rejects.toThrow("holds files but no record of a lab; it is not ours to delete");
    expect(existsSync(join(folder.path, "letter"))).toBe(true);
  });
});

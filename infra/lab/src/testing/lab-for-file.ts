import { afterAll, beforeAll } from "vitest";
import type { Lab } from "../lab.ts";
import { type StartLabOptions, startLab } from "../start-lab.ts";

/** One lab for all tests of a file (or of a `describe`): up before the first of them, down after the last. */
export function labForFile(options: () => Promise<StartLabOptions>): () => Lab {
  let lab: Lab | undefined;
  beforeAll(async () => {
    lab = await startLab({ say: console.error, ...(await options()) });
  }, 1_200_000);
  afterAll(() => lab?.[Symbol.asyncDispose](), 120_000);
  return () => {
    if (lab === undefined) throw new Error("the lab is not up");
    return lab;
  };
}

import { verifyImage } from "@fairlead/images";
import { whyNoLab } from "@fairlead/lab";
import { describe, expect, test } from "vitest";
import { buildImages, PRODUCT_IMAGES } from "./mesh/images.ts";

const reasons = await whyNoLab();

describe.skipIf(reasons.length > 0)("images", () => {
  test("the same inputs give the same digest, in another folder and from nothing but what was said to go in", async () => {
    for (const name of ["fairlead-agent", "fairlead-envoy"]) {
      const { here, elsewhere } = await verifyImage(name);
      expect(elsewhere).toBe(here);
    }
  }, 300_000);

  test("a node downloads at most 60 MB of each", async () => {
    for (const { sizeBytes } of await buildImages(PRODUCT_IMAGES)) expect(sizeBytes).toBeLessThan(60e6);
  }, 300_000);
});

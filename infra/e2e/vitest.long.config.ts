import { defineConfig } from "vitest/config";

// One file at a time: each has a lab of its own, and what they find must not depend on what else runs.
export default defineConfig({
  test: {
    include: ["infra/e2e/src/**/*.{lab.test,long}.ts"],
    testTimeout: 60_000,
    hookTimeout: 900_000,
    maxWorkers: 1,
    pool: "forks",
  },
});

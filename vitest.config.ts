import { defineConfig } from "vitest/config";

// Rungs by suffix (see CONTRIBUTING.md); everything but `.test.ts` starts real processes and may take longer.
export default defineConfig({
  test: {
    include: ["{apps,packages,examples,scripts,infra}/**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/gen/**"],
    testTimeout: 30_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    pool: "forks",
  },
});

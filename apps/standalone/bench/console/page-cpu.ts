import type { Page } from "@fairlead/testkit";

/** CPU time of a page's main thread since the last reading, in milliseconds. What else the machine does is not in it. */
export interface PageCpu {
  read(): Promise<{ readonly cpuMs: number; readonly scriptMs: number }>;
}

/** Asks Chromium for the thread's own clock (DevTools protocol, domain Performance). */
export async function pageCpu(page: Page): Promise<PageCpu> {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  let before = { cpuMs: 0, scriptMs: 0 };
  return {
    read: async () => {
      const { metrics } = await session.send("Performance.getMetrics");
      const milliseconds = (name: string) => (metrics.find((one) => one.name === name)?.value ?? Number.NaN) * 1000;
      const now = { cpuMs: milliseconds("TaskDuration"), scriptMs: milliseconds("ScriptDuration") };
      const since = { cpuMs: now.cpuMs - before.cpuMs, scriptMs: now.scriptMs - before.scriptMs };
      before = now;
      return since;
    },
  };
}

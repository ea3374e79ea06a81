import { readdirSync, readFileSync } from "node:fs";
import { processCpuMs } from "@fairlead/testkit";

/** What a process has used since it began. Source: proc(5). */
export interface Usage {
  readonly cpuSeconds: number;
  readonly peakBytes: number;
}

/** Processes whose command line holds a text. */
export function processesOf(text: string): number[] {
  return readdirSync("/proc").flatMap((name) => {
    const pid = Number(name);
    return Number.isInteger(pid) && read(`/proc/${pid}/cmdline`).includes(text) ? [pid] : [];
  });
}

/** What a process has used. Throws when it is not there. */
export function usageOf(pid: number): Usage {
  const [, peak = "0"] = /VmHWM:\s+(\d+)/.exec(read(`/proc/${pid}/status`)) ?? [];
  return { cpuSeconds: processCpuMs(pid) / 1_000, peakBytes: Number(peak) * 1024 };
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

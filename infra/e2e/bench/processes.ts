import { readdirSync, readFileSync } from "node:fs";

/** What a process has used since it began. Source: proc(5). */
export interface Usage {
  readonly cpuSeconds: number;
  readonly peakBytes: number;
}

/** Kernel ticks in a second (`getconf CLK_TCK`), the same on every Linux that Node runs on. */
const TICKS = 100;

/** Processes whose command line holds a text. */
export function processesOf(text: string): number[] {
  return readdirSync("/proc").flatMap((name) => {
    const pid = Number(name);
    return Number.isInteger(pid) && read(`/proc/${pid}/cmdline`).includes(text) ? [pid] : [];
  });
}

/** What a process has used; nothing when it has ended. */
export function usageOf(pid: number): Usage {
  // The name of the program, which may hold spaces, ends with the last parenthesis.
  const fields = read(`/proc/${pid}/stat`)
    .replace(/^.*\) /, "")
    .split(" ");
  const [, peak = "0"] = /VmHWM:\s+(\d+)/.exec(read(`/proc/${pid}/status`)) ?? [];
  return { cpuSeconds: (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / TICKS, peakBytes: Number(peak) * 1024 };
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

import { readFileSync } from "node:fs";

/** Kernel ticks are 10 ms on every Linux that Node runs on (`getconf CLK_TCK`). */
const TICK_MS = 10;

/** CPU time a process has used so far, in milliseconds. Throws when it is not there. Source: proc(5), /proc/pid/stat fields 14 and 15. */
export function processCpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The second field is the name in parentheses and may hold anything.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

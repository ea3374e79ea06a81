import { readFileSync, writeFileSync } from "node:fs";
import type { Ledger } from "./ledger.ts";

/** Raises a number in /proc/sys to at least `wanted`; `down` puts back what it was. */
export async function raiseSysctl(ledger: Ledger, path: string, wanted: number): Promise<void> {
  const before = readFileSync(path, "utf8").trim();
  if (Number(before) >= wanted) return;
  await ledger.make({ kind: "sysctl", path, before }, () => writeFileSync(path, `${wanted}`));
}

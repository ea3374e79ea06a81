import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Ledger } from "./machine/ledger.ts";
import type { ProcessIdentity } from "./machine/processes.ts";
import type { LabPlan } from "./plan/lab-plan.ts";

/** Where running labs keep their files: `FAIRLEAD_LAB_DIR`, else `/var/lib/fairlead-lab`. */
function labsFolder(): string {
  return process.env.FAIRLEAD_LAB_DIR ?? "/var/lib/fairlead-lab";
}

/** The directory of one lab. */
export function labDirectory(name: string): string {
  return join(labsFolder(), name);
}

/** Names of all labs that were begun and not taken down. */
export function labNames(): string[] {
  if (!existsSync(labsFolder())) return [];
  return readdirSync(labsFolder(), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && Ledger.exists(join(labsFolder(), entry.name)))
    .map((entry) => entry.name)
    .sort();
}

/** What is kept beside the plan. */
export interface LabRecord {
  readonly plan: LabPlan;
  /** The process the lab is for: once that has ended, anybody may take the lab down. Undefined: it stays until told. */
  readonly owner?: ProcessIdentity;
  /** When `up` came to its end; a lab without it is unfinished. */
  readonly readyAt?: string;
}

/** What `up` last wrote of the lab in this directory; undefined before its plan was made. */
export function readLab(directory: string): LabRecord | undefined {
  const file = join(directory, RECORD);
  if (!existsSync(file)) return undefined;
  const record: LabRecord = JSON.parse(readFileSync(file, "utf8"));
  return record;
}

export function writeLab(record: LabRecord): void {
  const file = join(record.plan.directory, RECORD);
  writeFileSync(`${file}.new`, JSON.stringify(record, undefined, 2));
  renameSync(`${file}.new`, file);
}

const RECORD = "lab.json";

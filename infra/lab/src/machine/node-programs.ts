import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { NodePlan } from "../plan/node-plan.ts";
import type { ProgramPlan } from "../plan/program-plans.ts";
import { unifiedProcs } from "./cgroups.ts";
import { nodeScript } from "./node-script.ts";
import { isAlive, type ProcessIdentity, startDetached, stopProcess } from "./processes.ts";

/** The process that holds a node's namespaces open. */
export const HOLDER = "node";

/** Sets the node's namespaces up and returns once everything is mounted. Throws with the script's words when it fails. */
export async function startHolder(node: NodePlan): Promise<void> {
  mkdirSync(join(node.directory, "logs"), { recursive: true });
  const script = join(node.directory, "set-up.sh");
  writeFileSync(script, nodeScript(node));
  const namespaces = ["nsenter", `--net=/run/netns/${node.namespace}`, "--", "unshare", "--mount", "--uts"];
  const holder = start(node, HOLDER, inCgroup(node, [...namespaces, "sh", script]));
  while (!existsSync(`/proc/${holder.pid}/root/run/lab/ready`)) {
    if (!isAlive(holder)) {
      throw new Error(`node ${node.name} could not be set up: ${readFileSync(logFile(node, HOLDER), "utf8").trim()}`);
    }
    await sleep(20);
  }
}

/** Starts one of the node's programs in its namespaces and cgroup. */
export function startNodeProgram(node: NodePlan, program: ProgramPlan): ProcessIdentity {
  return start(node, program.name, enterNode(node, program.command));
}

/** Ends one of the node's programs, if it runs. */
export async function stopNodeProgram(node: NodePlan, name: ProgramPlan["name"]): Promise<void> {
  const identity = nodeProcess(node, name);
  if (identity !== undefined) await stopProcess(identity);
}

/** The process that was last started under this name, whether or not it still runs. */
export function nodeProcess(node: NodePlan, name: string): ProcessIdentity | undefined {
  const file = pidFile(node, name);
  if (!existsSync(file)) return undefined;
  const identity: ProcessIdentity = JSON.parse(readFileSync(file, "utf8"));
  return identity;
}

/** A command line that runs `command` inside the node: its namespaces and its cgroup. Throws when the node is not there. */
export function enterNode(node: NodePlan, command: readonly string[]): string[] {
  const holder = nodeProcess(node, HOLDER);
  if (holder === undefined || !isAlive(holder)) throw new Error(`node ${node.name} does not run`);
  return inCgroup(node, ["nsenter", "--target", `${holder.pid}`, "--mount", "--uts", "--net", "--", ...command]);
}

/** Where a program's output goes. */
export function logFile(node: NodePlan, name: string): string {
  return join(node.directory, "logs", `${name}.log`);
}

function start(node: NodePlan, name: string, command: readonly string[]): ProcessIdentity {
  const identity = startDetached(command, join(node.directory, name), logFile(node, name));
  const file = pidFile(node, name);
  writeFileSync(`${file}.new`, JSON.stringify(identity));
  renameSync(`${file}.new`, file);
  return identity;
}

/** In the node's cgroup, so that an eBPF program attached there sees what the node itself connects to, too. */
function inCgroup(node: NodePlan, command: readonly string[]): string[] {
  const procs = unifiedProcs(`${node.cgroup}/system`);
  return ["sh", "-c", 'echo $$ > "$0" && exec "$@"', procs, ...command];
}

function pidFile(node: NodePlan, name: string): string {
  return join(node.directory, `${name}.pid`);
}

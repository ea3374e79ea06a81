import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { MeshError } from "@fairlead/core";
import { kubernetesFolder } from "../binaries/kubernetes.ts";
import { loadImages } from "../cluster/load-images.ts";
import { down } from "../down.ts";
import { type LabRecord, labDirectory, labNames, readLab } from "../lab-directory.ts";
import { enterNode, HOLDER, logFile } from "../machine/node-programs.ts";
import type { ClusterPlan } from "../plan/cluster-plan.ts";
import type { NodePlan } from "../plan/node-plan.ts";
import { kubectlOf, startLab } from "../start-lab.ts";
import { type Arguments, readArguments } from "./arguments.ts";
import { help } from "./help.ts";
import { labStatus, statusText } from "./status.ts";

/** Runs one command line and gives its exit code. Throws with words for people. */
export async function runCommand(argv: readonly string[]): Promise<number> {
  const args = readArguments(argv);
  const command = commands[args.command ?? ""];
  if (args.help || args.command === undefined || command === undefined) {
    const asked = args.help || args.command === undefined;
    if (asked) process.stdout.write(help);
    else process.stderr.write(`"${args.command}" is not a command of the lab\n\n${help}`);
    return asked ? 0 : 2;
  }
  return command(args);
}

const commands: Readonly<Record<string, (args: Arguments) => Promise<number>>> = {
  up: async ({ lab }) => {
    const { kubeconfig } = await startLab({ ...lab, stays: true, say });
    say(`kubeconfig: ${kubeconfig}`);
    return 0;
  },

  down: async ({ lab, all }) => {
    requireRoot();
    const names = all ? labNames() : [lab.name];
    for (const name of names) {
      const from = performance.now();
      const was = await down(labDirectory(name), say);
      say(
        was ? `lab ${name} is down, in ${((performance.now() - from) / 1000).toFixed(1)} s` : `there is no lab ${name}`,
      );
    }
    return 0;
  },

  status: async ({ lab }) => {
    const names = labNames();
    if (names.length === 0) say("no lab runs; `npm run lab -- up` brings one up");
    for (const name of names.filter((one) => lab.name === "default" || one === lab.name)) {
      const record = readLab(labDirectory(name));
      if (record === undefined) say(`lab ${name}: unfinished; \`down\` removes it`);
      else process.stdout.write(statusText(await labStatus(record)));
    }
    return 0;
  },

  kubectl: async (args) => {
    const cluster = clusterOf(args);
    const kubectl = kubectlOf(kubernetesFolder());
    return handOver([kubectl, "--kubeconfig", cluster.kubeconfig, ...args.words]);
  },

  kubeconfig: async ({ lab }) => {
    say(recordOf(lab.name).plan.kubeconfig);
    return 0;
  },

  load: async ({ lab, words }) => {
    if (words.length === 0) throw usage("load ARCHIVE…: which image archive?");
    const archives = words.map((word) => resolve(word));
    const absent = archives.filter((path) => !existsSync(path));
    if (absent.length > 0) throw usage(`there is no ${absent.join(", ")}`);
    const { clusters, directory } = recordOf(lab.name).plan;
    const places = clusters.flatMap(({ name, nodes }) => nodes.map((node) => `${name}/${node.name}`));
    const from = performance.now();
    await loadImages(
      directory,
      clusters.flatMap(({ nodes }) => nodes),
      archives,
    );
    const took = `${((performance.now() - from) / 1000).toFixed(1)} s`;
    say(`loaded ${archives.join(", ")} on ${places.join(", ")} in ${took}`);
    return 0;
  },

  logs: async (args) => {
    const [component] = args.words;
    const nodes = clusterOf(args).nodes.filter(({ name }) => args.node === undefined || name === args.node);
    const files = nodes.flatMap((node) =>
      [HOLDER, ...node.programs.map(({ name }) => name)]
        .filter((name) => component === undefined || name === component)
        .map((name) => logFile(node, name))
        .filter((file) => existsSync(file)),
    );
    if (files.length === 0) throw usage(`no log of ${component ?? "anything"} on ${args.node ?? "any node"}`);
    return handOver(["tail", "-n", args.lines, ...(args.follow ? ["-F"] : []), ...files]);
  },

  shell: async (args) => {
    const [name, ...given] = args.words;
    const command = given.length > 0 ? given : [process.env.SHELL ?? "sh"];
    const { plan } = recordOf(args.lab.name);
    if (name === plan.outside.name)
      return handOver(["nsenter", `--net=/run/netns/${plan.outside.namespace}`, "--", ...command]);
    return handOver(enterNode(nodeOf(clusterOf(args), name), command));
  },
};

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function recordOf(name: string): LabRecord {
  const record = readLab(labDirectory(name));
  if (record !== undefined) return record;
  throw new MeshError("not_found", { public: `There is no lab "${name}"; \`npm run lab -- up\` brings one up` });
}

function clusterOf({ lab, cluster }: Arguments): ClusterPlan {
  const { clusters } = recordOf(lab.name).plan;
  const found = clusters.find(({ name }) => name === cluster);
  if (found !== undefined) return found;
  throw usage(`--cluster: "${cluster}" is none of ${clusters.map(({ name }) => name).join(", ")}`);
}

function nodeOf({ nodes }: ClusterPlan, name: string | undefined): NodePlan {
  const found = nodes.find((node) => node.name === name);
  if (found !== undefined) return found;
  throw usage(`"${name ?? ""}" is none of the nodes ${nodes.map((node) => node.name).join(", ")}, router`);
}

function requireRoot(): void {
  if (process.getuid?.() !== 0) throw usage("taking a lab down takes root, as bringing it up did: run with sudo");
}

function usage(words: string): MeshError {
  return new MeshError("invalid_request", { public: words });
}

/** Runs a program with our terminal and gives its exit code. */
function handOver([file = "", ...args]: readonly string[]): Promise<number> {
  const child = spawn(file, args, { stdio: "inherit" });
  // Ctrl-C reaches the program itself, which decides what to do with it.
  process.on("SIGINT", () => {});
  return new Promise((done, fail) => {
    child.on("error", fail);
    child.on("exit", (code) => done(code ?? 1));
  });
}

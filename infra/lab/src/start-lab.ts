import { join } from "node:path";
import { MeshError } from "@fairlead/core";
import { ensureKubernetes } from "./binaries/kubernetes.ts";
import { ensureLabImages } from "./binaries/lab-images.ts";
import { CNI_PLUGINS, ensureSystemPackages } from "./binaries/system-packages.ts";
import { down } from "./down.ts";
import { type Lab, openLab } from "./lab.ts";
import { labDirectory, readLab } from "./lab-directory.ts";
import { claimingDirectories } from "./machine/claims.ts";
import { probeMachine } from "./machine/probe.ts";
import { identify, isAlive } from "./machine/processes.ts";
import { type LabOptions, labOptions } from "./plan/lab-options.ts";
import { preflight } from "./preflight.ts";
import type { Say } from "./stages.ts";
import { up } from "./up.ts";

export interface StartLabOptions extends Partial<LabOptions> {
  /** The lab's directory. Default: a folder of its name in `FAIRLEAD_LAB_DIR`, else in /var/lib/fairlead-lab. */
  readonly directory?: string;
  /** Image archives put on every node besides `pause` and CoreDNS. */
  readonly images?: readonly string[];
  /** The lab stays when this process ends, until it is taken down. Default false: then it may be swept away. */
  readonly stays?: boolean;
  /** Takes lines about what is going on. Default: nobody. */
  readonly say?: Say;
}

/**
 * Brings what is missing, then a lab up; what an unfinished earlier one of that name left is taken away first.
 * Throws `unavailable`, saying what is lacking, on a machine that cannot run one (see `whyNoLab`), `already_exists`
 * when a lab of that name runs.
 */
export async function startLab(given: StartLabOptions = {}): Promise<Lab> {
  const { directory, images = [], stays = false, say = () => {}, ...rest } = given;
  const options = labOptions(rest);
  const problems = await whyNoLab();
  if (problems.length > 0) throw new MeshError("unavailable", { public: problems.join("\n") });
  const binaries = await ensureBinaries(say);
  await sweep(say);
  const owner = stays ? undefined : identify(process.pid);
  const plan = await up({
    options,
    directory: directory ?? labDirectory(options.name),
    kubernetes: binaries.kubernetes,
    cniPlugins: CNI_PLUGINS,
    images: [...binaries.images, ...images],
    say,
    ...(owner === undefined ? {} : { owner }),
  });
  return openLab(plan, kubectlOf(binaries.kubernetes));
}

/** Takes down the labs of processes that ended without doing so, such as a test run that was killed. */
async function sweep(say: Say): Promise<void> {
  for (const directory of claimingDirectories()) {
    const owner = readLab(directory)?.owner;
    if (owner === undefined || isAlive(owner)) continue;
    say(`taking down the lab in ${directory}: process ${owner.pid}, which it was for, has ended`);
    await down(directory, say);
  }
}

/** Everything a lab runs, installed or built when missing: minutes the first time. Needs root. */
export async function ensureBinaries(say: Say): Promise<{ readonly kubernetes: string; readonly images: string[] }> {
  await ensureSystemPackages(say);
  return { kubernetes: await ensureKubernetes(say), images: await ensureLabImages(say) };
}

/** Why this machine cannot run a lab, one sentence each; empty when it can. Changes nothing. */
export async function whyNoLab(): Promise<string[]> {
  return preflight(await probeMachine());
}

/** The kubectl beside the other components. */
export function kubectlOf(kubernetes: string): string {
  return join(kubernetes, "kubectl");
}

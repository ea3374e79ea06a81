import { existsSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { cachePath } from "@fairlead/testkit";
import type { Say } from "../stages.ts";
import { goBuild } from "./go-build.ts";

/** The Kubernetes release a lab runs; go.mod in `infra/lab/kubernetes` says the same. */
const KUBERNETES_VERSION = "1.33.4";

/** The components, each a link to the one program that holds them all. */
const COMPONENTS = [
  "kube-apiserver",
  "kube-controller-manager",
  "kube-proxy",
  "kube-scheduler",
  "kubectl",
  "kubelet",
] as const;

/** The folder with the Kubernetes components, built on first use (about seven minutes on two processors). */
export async function ensureKubernetes(say: Say): Promise<string> {
  const folder = kubernetesFolder();
  mkdirSync(folder, { recursive: true });
  const [major = "", minor = ""] = KUBERNETES_VERSION.split(".");
  const version = "k8s.io/component-base/version";
  await goBuild(
    {
      title: `Kubernetes ${KUBERNETES_VERSION}`,
      expected: "about 7 minutes on 2 cores",
      source: fileURLToPath(new URL("../../kubernetes", import.meta.url)),
      package: ".",
      // Clients parse the version; without it `kubectl version` fails.
      variables: {
        [`${version}.gitVersion`]: `v${KUBERNETES_VERSION}`,
        [`${version}.gitMajor`]: major,
        [`${version}.gitMinor`]: minor,
        [`${version}.gitTreeState`]: "clean",
      },
      output: join(folder, "kubernetes"),
    },
    say,
  );
  for (const name of COMPONENTS) link(join(folder, name));
  return folder;
}

/** Where the components are once they have been built. */
export function kubernetesFolder(): string {
  return cachePath(`kubernetes-${KUBERNETES_VERSION}`);
}

/** Whether some build of this release is there, though perhaps not of the current sources. */
export function kubernetesIsBuilt(): boolean {
  return existsSync(join(kubernetesFolder(), "kubernetes"));
}

function link(path: string): void {
  if (existsSync(path)) return;
  rmSync(path, { force: true });
  try {
    symlinkSync("kubernetes", path);
  } catch (error) {
    // Another process made it meanwhile.
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
}

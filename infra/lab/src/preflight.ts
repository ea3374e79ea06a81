/** What was found out about this machine; see `probeMachine`. */
export interface MachineFacts {
  readonly uid: number;
  /** `<platform>/<architecture>` as Node names them. */
  readonly platform: string;
  /** Commands that were looked for and not found. */
  readonly missingCommands: readonly string[];
  /** Whether Go is there to build Kubernetes with, or Kubernetes was built before. */
  readonly canBuild: boolean;
  /** What was tried in a scratch namespace: feature → the kernel's or tool's words when it failed, undefined when it worked. */
  readonly tried: Readonly<Record<Feature, string | undefined>>;
  /** Ranges of the lab's addresses that the machine itself uses. */
  readonly overlaps: readonly string[];
}

/** Kernel features a lab cannot do without. */
export type Feature =
  | "network namespaces"
  | "mount namespaces"
  | "veth"
  | "bridge"
  | "nftables"
  | "overlayfs"
  | "bpffs"
  | "cgroup2"
  | "memory cgroup"
  | "pids cgroup";

/** Why a lab cannot run here, one sentence each and what to do about it; empty when it can. */
export function preflight(facts: MachineFacts): string[] {
  if (facts.platform !== "linux/x64") return [`A lab runs on Linux on x86-64; this is ${facts.platform}.`];
  if (facts.uid !== 0) {
    return ["A lab makes namespaces, devices and mounts, which takes root: run the same command with sudo."];
  }
  const failed = Object.entries(facts.tried).flatMap(([feature, words]) =>
    words === undefined ? [] : [`The kernel lacks ${feature} (${words === "" ? "no reason given" : words}).`],
  );
  return [
    ...(facts.missingCommands.length === 0
      ? []
      : [`These commands are missing: ${facts.missingCommands.join(", ")}. Install them with the system's packages.`]),
    ...(facts.canBuild ? [] : ["Go 1.24 or newer is needed to build Kubernetes with (https://go.dev/dl)."]),
    ...failed,
    ...(facts.overlaps.length === 0
      ? []
      : [
          `This machine uses ${facts.overlaps.join(", ")} itself, and a lab would take 198.18.0.0/15 away from it. ` +
            "Move those addresses, or use another machine.",
        ]),
  ];
}

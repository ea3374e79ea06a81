import { existsSync } from "node:fs";
import type { ClusterPlan } from "../plan/cluster-plan.ts";
import type { LabPlan, Leg } from "../plan/lab-plan.ts";
import type { NodePlan } from "../plan/node-plan.ts";
import type { Ledger } from "./ledger.ts";
import { isMountPoint } from "./remove-resource.ts";
import { run } from "./run.ts";

const NAMESPACES = "/run/netns";

/** Makes bridges, namespaces, devices, addresses and routes of the whole lab. */
export async function makeNetwork(plan: LabPlan, ledger: Ledger): Promise<void> {
  if (!existsSync(NAMESPACES) || !isMountPoint(NAMESPACES)) {
    // `ip netns` mounts the folder when it makes the first name; what it does then is recorded here.
    await ledger.make({ kind: "namespace-folder", path: NAMESPACES }, () => {});
  }
  for (const cluster of plan.clusters) {
    await makeBridge(cluster, ledger);
    for (const node of cluster.nodes) await makeNodeNetwork(cluster, node, ledger);
  }
  const { namespace, legs } = plan.outside;
  await makeNamespace(namespace, ledger);
  for (const leg of legs) await makeLeg(namespace, leg, ledger);
}

async function makeBridge({ bridge, index, machine, nodes }: ClusterPlan, ledger: Ledger): Promise<void> {
  // A bridge that was given no address of its own changes it as ports come and go.
  const ethernet = `02:f1:ab:00:00:${index.toString(16).padStart(2, "0")}`;
  await ledger.make({ kind: "link", name: bridge }, () =>
    ip([
      `link add ${bridge} address ${ethernet} type bridge stp_state 0 forward_delay 0`,
      `addr add ${machine} dev ${bridge}`,
      `link set ${bridge} up`,
    ]),
  );
  for (const { podCidr, address } of nodes) {
    await ledger.make({ kind: "route", to: podCidr, via: address, device: bridge }, () =>
      ip([`route add ${podCidr} via ${address} dev ${bridge}`]),
    );
  }
}

async function makeNodeNetwork(cluster: ClusterPlan, node: NodePlan, ledger: Ledger): Promise<void> {
  await makeNamespace(node.namespace, ledger);
  await makeLeg(
    node.namespace,
    {
      bridge: cluster.bridge,
      hostLink: node.hostLink,
      device: "eth0",
      address: `${node.address}/24`,
      routes: [...node.routes, { to: "default", via: node.gateway }],
    },
    ledger,
  );
  const settings = Object.entries(node.sysctls).map(([name, value]) => `${name}=${value}`);
  await inNamespace(node.namespace, ["sysctl", "-q", "-w", ...settings]);
  await inNamespace(node.namespace, ["nft", "-f", "-"], node.nftables);
}

async function makeNamespace(name: string, ledger: Ledger): Promise<void> {
  await ledger.make({ kind: "namespace", name }, () => ip([`netns add ${name}`]));
  await ip(["link set lo up"], name);
}

async function makeLeg(namespace: string, leg: Leg, ledger: Ledger): Promise<void> {
  const { bridge, hostLink, device, address, routes } = leg;
  await ledger.make({ kind: "link", name: hostLink }, () =>
    ip([
      `link add ${hostLink} type veth peer name ${device} netns ${namespace}`,
      `link set ${hostLink} master ${bridge}`,
      `link set ${hostLink} up`,
    ]),
  );
  await ip(
    [
      `addr add ${address} dev ${device}`,
      `link set ${device} up`,
      ...routes.map(({ to, via }) => `route add ${to} via ${via} dev ${device}`),
    ],
    namespace,
  );
}

/** Runs `ip` commands, all or up to the first that fails, in the machine's own or a named namespace. */
async function ip(commands: readonly string[], namespace?: string): Promise<void> {
  const where = namespace === undefined ? [] : ["-n", namespace];
  await run(["ip", ...where, "-batch", "-"], { input: `${commands.join("\n")}\n` });
}

/** Not `ip netns exec`, which would remount /sys. */
async function inNamespace(namespace: string, command: readonly string[], input?: string): Promise<void> {
  await run(["nsenter", `--net=${NAMESPACES}/${namespace}`, "--", ...command], input === undefined ? {} : { input });
}

import { MeshError } from "@fairlead/core";
import { MOST_CLUSTERS, MOST_NODES } from "./addresses.ts";

/** What a lab is made of. */
export interface LabOptions {
  /** Names the lab; several may run side by side. A DNS label of at most 20 characters. */
  readonly name: string;
  /** Independent clusters, each on a segment of its own. */
  readonly clusters: number;
  /** Nodes per cluster, the control plane's included. */
  readonly nodes: number;
  /** The CNI plugin: `ptp` gives every pod a veth and a host route, `bridge` puts a node's pods on one bridge. */
  readonly cni: "ptp" | "bridge";
  /** Whether kube-proxy (nftables mode) serves Services. */
  readonly kubeProxy: boolean;
}

export const defaultLabOptions: LabOptions = { name: "default", clusters: 1, nodes: 2, cni: "ptp", kubeProxy: true };

/** Fills in the defaults. Throws `invalid_field` naming every option that cannot be had. */
export function labOptions(given: Partial<LabOptions> = {}): LabOptions {
  const options = { ...defaultLabOptions, ...given };
  const fields = [
    ...(/^[a-z0-9]([a-z0-9-]{0,18}[a-z0-9])?$/.test(options.name)
      ? []
      : [{ field: "name", message: `"${options.name}" is not a DNS label of at most 20 characters` }]),
    ...count("clusters", options.clusters, MOST_CLUSTERS),
    ...count("nodes", options.nodes, MOST_NODES),
    ...(["ptp", "bridge"].includes(options.cni) ? [] : [{ field: "cni", message: "is ptp or bridge" }]),
  ];
  if (fields.length === 0) return options;
  const text = fields.map(({ field, message }) => `${field}: ${message}`).join("; ");
  throw new MeshError("invalid_field", { public: `This lab cannot be made: ${text}`, fields });
}

function count(field: string, value: number, most: number): { field: string; message: string }[] {
  const fits = Number.isInteger(value) && value >= 1 && value <= most;
  return fits ? [] : [{ field, message: `${value} is not a whole number from 1 to ${most}` }];
}

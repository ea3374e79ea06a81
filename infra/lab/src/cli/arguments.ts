import { parseArgs } from "node:util";
import { MeshError } from "@fairlead/core";
import { type LabOptions, labOptions } from "../plan/lab-options.ts";

/** What a command line asks for. */
export interface Arguments {
  /** The command; undefined when only help is wanted. */
  readonly command: string | undefined;
  readonly help: boolean;
  readonly lab: LabOptions;
  /** Words after the command. */
  readonly words: readonly string[];
  readonly cluster: string;
  /** Options of single commands. */
  readonly node?: string;
  readonly follow: boolean;
  readonly lines: string;
  readonly all: boolean;
}

const options = {
  help: { type: "boolean", short: "h" },
  name: { type: "string" },
  clusters: { type: "string" },
  nodes: { type: "string" },
  cni: { type: "string" },
  "kube-proxy": { type: "string" },
  cluster: { type: "string" },
  node: { type: "string" },
  follow: { type: "boolean", short: "f" },
  lines: { type: "string", short: "n" },
  all: { type: "boolean" },
} as const;

/** Commands whose words belong to another program: everything after the command is passed on as it is. */
const PASSING = ["kubectl"];

/** Reads a command line. Throws `invalid_field`, with what would be right, when it makes no sense. */
export function readArguments(argv: readonly string[]): Arguments {
  const own = ownPart(argv);
  const { values, positionals } = parse(own);
  const [command, ...words] = positionals;
  const { name, clusters, nodes, cluster = "c1", node } = values;
  return {
    command,
    help: values.help ?? false,
    lab: labOptions({
      ...(name === undefined ? {} : { name }),
      ...(clusters === undefined ? {} : { clusters: Number(clusters) }),
      ...(nodes === undefined ? {} : { nodes: Number(nodes) }),
      ...cniOf(values.cni),
      ...kubeProxyOf(values["kube-proxy"]),
    }),
    words: [...words, ...argv.slice(own.length)],
    cluster: /^\d+$/.test(cluster) ? `c${cluster}` : cluster,
    ...(node === undefined ? {} : { node }),
    follow: values.follow ?? false,
    lines: values.lines ?? "100",
    all: values.all ?? false,
  };
}

function ownPart(argv: readonly string[]): readonly string[] {
  const passing = argv.findIndex((word) => PASSING.includes(word));
  // `shell NODE -- command …`: what follows is the command's.
  const dashes = argv.indexOf("--");
  const end = passing >= 0 ? passing + 1 : dashes >= 0 ? dashes + 1 : argv.length;
  return argv.slice(0, end);
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true });
  } catch (error) {
    throw wrong("arguments", error instanceof Error ? error.message : String(error));
  }
}

function cniOf(value: string | undefined): Pick<LabOptions, "cni"> | Record<string, never> {
  if (value === undefined) return {};
  if (value === "ptp" || value === "bridge") return { cni: value };
  throw wrong("--cni", `"${value}" is neither ptp nor bridge`);
}

function kubeProxyOf(value: string | undefined): Pick<LabOptions, "kubeProxy"> | Record<string, never> {
  if (value === undefined) return {};
  if (value === "on" || value === "off") return { kubeProxy: value === "on" };
  throw wrong("--kube-proxy", `"${value}" is neither on nor off`);
}

function wrong(field: string, message: string): MeshError {
  return new MeshError("invalid_field", { public: `${field}: ${message}`, fields: [{ field, message }] });
}

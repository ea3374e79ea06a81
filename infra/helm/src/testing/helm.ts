import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { parseAllDocuments } from "yaml";

const run = promisify(execFile);

/** Folder of the charts. */
export const CHARTS = join(import.meta.dirname, "../..");

/** A rendered object, as far as tests look at all of them. */
export interface Rendered {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly rules?: readonly RbacRule[];
  readonly data?: Readonly<Record<string, string>>;
  readonly spec?: { readonly template?: { readonly spec?: PodSpec } };
}

export interface RbacRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  readonly resourceNames?: readonly string[];
}

export interface PodSpec {
  readonly serviceAccountName?: string;
  readonly containers: readonly {
    readonly name: string;
    readonly args?: readonly string[];
    readonly env?: readonly { readonly name: string; readonly value?: string }[];
    readonly securityContext?: { readonly readOnlyRootFilesystem?: boolean };
  }[];
}

/** What a run of Helm said, and whether it was content. */
export interface HelmAnswer {
  readonly ok: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a Helm. Nothing of this machine's configuration has a say. */
export async function helm(binary: string, args: readonly string[]): Promise<HelmAnswer> {
  try {
    const { stdout, stderr } = await run(binary, [...args], {
      env: { PATH: process.env.PATH, HOME: "/nonexistent", KUBECONFIG: "/nonexistent" },
      maxBuffer: 1 << 26,
    });
    return { ok: true, stdout, stderr };
  } catch (error) {
    if (!(error instanceof Error) || !("stdout" in error) || !("stderr" in error)) throw error;
    return { ok: false, stdout: String(error.stdout), stderr: String(error.stderr) };
  }
}

/** `helm template` of a chart, as a release `fairlead` in namespace `fairlead-system`. */
export async function template(binary: string, chart: string, args: readonly string[] = []): Promise<HelmAnswer> {
  const place = ["--namespace", "fairlead-system", "--kube-version", "1.33.4"];
  return helm(binary, ["template", "fairlead", join(CHARTS, chart), ...place, ...args]);
}

/** The objects of a rendered chart. */
export function objectsOf(text: string): Rendered[] {
  return parseAllDocuments(text)
    .map((document): Rendered | null => document.toJS())
    .filter((object) => object !== null);
}

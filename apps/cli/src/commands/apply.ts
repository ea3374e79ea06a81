import { type IntentInput, isIntentKind, type Plan } from "@fairlead/contract";
import { MeshError } from "@fairlead/core";
import { eachLimited } from "../each-limited.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { type AnyIntent, findIntent, intentApi, isPlan } from "../intents.ts";
import { label, wordOf } from "../kinds.ts";
import type { Desired } from "../manifest/desired.ts";
import { loadDesired } from "../manifest/load.ts";
import { print } from "../output/print.ts";
import type { Session } from "../session.ts";
import { awaitIntent } from "../wait/awaited.ts";
import { type WaitOptions, waitFor } from "../wait/wait-for.ts";

export interface ApplyOptions {
  readonly files: readonly string[];
  readonly placement: string | undefined;
  readonly dryRun: boolean;
  /** Absent: do not wait. */
  readonly wait: WaitOptions | undefined;
}

/** What became of one manifest. */
interface Applied {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly change: "created" | "configured" | "unchanged";
  /** null for what a dry run would create. */
  readonly id: string | null;
  readonly revision: string | null;
}

/** One manifest with what is stored of it now. */
export interface Pending {
  readonly desired: Desired;
  readonly existing: AnyIntent | undefined;
  readonly change: Applied["change"];
  /** What the server says it would do; absent when nothing changes. */
  readonly plan: Plan | undefined;
}

/** `apply -f`: everything is checked, here and by the server's dry run, before the first write. */
export async function apply(session: Session, options: ApplyOptions): Promise<ExitCode> {
  const desired = await loadDesired(options.files, options.placement, session.io);
  const project = (await session.project()).id;
  const pending = await eachLimited(desired, (one) => preview(session, project, one));
  warn(session, pending);
  const results: Applied[] = [];
  for (const one of pending) {
    const result = options.dryRun ? untouched(one) : await write(session, project, one, results);
    results.push(result);
    if (session.output === "table") session.io.out(resultLine(result, options.dryRun));
  }
  if (session.output !== "table") print(session.io, session.output, results, () => "");
  if (options.wait === undefined || options.dryRun) return EXIT.ok;
  const awaited = results.flatMap(({ id }, index) => {
    const kind = pending[index]?.desired.kind;
    const { name, namespace } = results[index] ?? { name: "", namespace: "" };
    return id === null || kind === undefined
      ? []
      : [awaitIntent(session, project, { kind, id, name, namespace }, options.wait?.stage)];
  });
  return (await waitFor(awaited, options.wait, session.io)).code;
}

/** Compares a manifest with what is stored and asks the server what writing it would do. Throws what the write would be refused for. */
export async function preview(session: Session, project: string, desired: Desired): Promise<Pending> {
  const { kind, input } = desired;
  const existing = await findIntent(session.client, { project, kind, namespace: input.namespace, name: input.name });
  if (existing !== undefined && same(existing, input))
    return { desired, existing, change: "unchanged", plan: undefined };
  const api = intentApi(session.client, kind);
  try {
    const answer =
      existing === undefined
        ? await api.create({ params: { project }, query: { dryRun: true }, body: input })
        : await api.put({
            params: { project, id: existing.id },
            query: { dryRun: true },
            body: input,
            ifMatch: existing.revision,
          });
    const plan = isPlan(answer) ? answer : undefined;
    return { desired, existing, change: existing === undefined ? "created" : "configured", plan };
  } catch (error) {
    throw located(desired, error);
  }
}

/** Says what the server finds worth knowing of changes it accepts, such as clusters that are selected but not granted. */
export function warn({ io }: Session, pending: readonly Pending[]): void {
  for (const { desired, plan } of pending) {
    const { name, namespace } = desired.input;
    for (const text of plan?.warnings ?? []) io.err(`warning: ${label(desired.kind, name, namespace)}: ${text}`);
  }
}

async function write(
  session: Session,
  project: string,
  pending: Pending,
  before: readonly Applied[],
): Promise<Applied> {
  const { desired, existing, change } = pending;
  if (change === "unchanged") return untouched(pending);
  const api = intentApi(session.client, desired.kind);
  const body = desired.input;
  try {
    const written =
      existing === undefined
        ? await api.create({ params: { project }, body })
        : await api.put({ params: { project, id: existing.id }, body, ifMatch: existing.revision });
    if (isPlan(written)) throw new MeshError("internal", { public: "the server answered a write with a plan" });
    return { ...untouched(pending), id: written.id, revision: written.revision };
  } catch (error) {
    const done = before.filter((one) => one.change !== "unchanged").length;
    throw done === 0 ? located(desired, error) : located(desired, error, `; ${done} before it had been written`);
  }
}

function untouched({ desired, existing, change }: Pending): Applied {
  const { namespace, name } = desired.input;
  return {
    kind: desired.kind,
    namespace,
    name,
    change,
    id: existing?.id ?? null,
    revision: existing?.revision ?? null,
  };
}

function resultLine({ kind, namespace, name, change }: Applied, dryRun: boolean): string {
  const what = isIntentKind(kind) ? label(kind, name, namespace) : name;
  return `${what} ${change}${dryRun ? " (dry run)" : ""}`;
}

/** Whether what is stored is already what the manifest asks for. Key order means nothing. */
function same(
  stored: Pick<IntentInput, "labels" | "annotations" | "placement" | "driftPolicy"> & { readonly spec: unknown },
  wanted: IntentInput,
): boolean {
  const parts = (one: typeof stored) => sorted([one.labels, one.annotations, one.placement, one.driftPolicy, one.spec]);
  return parts(stored) === parts(wanted);
}

function sorted(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/** Puts file and line before the server's words. */
function located({ source, line, kind, input }: Desired, error: unknown, after = ""): MeshError {
  const mesh = MeshError.from(error);
  return new MeshError(mesh.code, {
    public: `${source}:${line}: ${wordOf(kind)}/${input.name}: ${mesh.public}${after}`,
    fields: mesh.fields,
    cause: error,
  });
}

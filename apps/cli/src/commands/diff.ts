import { eachLimited } from "../each-limited.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { label } from "../kinds.ts";
import { loadDesired } from "../manifest/load.ts";
import { planText } from "../output/plan-text.ts";
import { print } from "../output/print.ts";
import type { Session } from "../session.ts";
import { preview, warn } from "./apply.ts";

/** `diff -f`: what `apply` would change, intent by intent and cluster by cluster. */
export async function diff(
  session: Session,
  options: { readonly files: readonly string[]; readonly placement: string | undefined },
): Promise<ExitCode> {
  const desired = await loadDesired(options.files, options.placement, session.io);
  const project = (await session.project()).id;
  const pending = await eachLimited(desired, (one) => preview(session, project, one));
  warn(session, pending);
  const changes = pending.flatMap(({ desired: { kind, input }, plan }) =>
    plan === undefined ? [] : [{ kind, namespace: input.namespace, name: input.name, ...plan }],
  );
  if (changes.length > 0 || session.output !== "table") {
    print(session.io, session.output, changes, (all) =>
      all.map((change) => planText(label(change.kind, change.name, change.namespace), change)).join("\n"),
    );
  }
  return changes.length === 0 ? EXIT.ok : EXIT.changes;
}

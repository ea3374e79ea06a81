import { type Grant, parseLabelSelector } from "@fairlead/contract";
import { MeshError } from "@fairlead/core";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { print } from "../output/print.ts";
import type { Session } from "../session.ts";

/** `project create`, with grants as `SELECTOR@NAMESPACES`: `env=prod@shop,web`, `@*`. */
export async function createProject(session: Session, name: string, grants: readonly string[]): Promise<ExitCode> {
  const project = await session.client.projects.create({ body: { name, grants: grants.map(readGrant) } });
  print(session.io, session.output, project, () => `project/${name} created`);
  return EXIT.ok;
}

function readGrant(text: string): Grant {
  const at = text.lastIndexOf("@");
  const namespaces = text
    .slice(at + 1)
    .split(",")
    .filter((one) => one !== "");
  if (at < 0 || namespaces.length === 0) {
    throw new MeshError("invalid_field", {
      public: `--grant: must be SELECTOR@NAMESPACES such as env=prod@shop,web or @* (got "${text}")`,
    });
  }
  const parsed = parseLabelSelector(text.slice(0, at));
  if ("problem" in parsed) throw new MeshError("invalid_field", { public: `--grant: ${parsed.problem}` });
  return { clusterSelector: parsed.selector, namespaces };
}

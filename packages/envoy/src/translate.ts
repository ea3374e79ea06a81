import type { HostTable, MeshModel } from "@fairlead/mesh-model";
import { translateBackend } from "./backend.ts";
import { translateCertificate } from "./certificate.ts";
import { sortFindings } from "./checks/finding.ts";
import { translateSocket } from "./listener.ts";
import type { TranslateOptions } from "./options.ts";
import type { EnvoyResource } from "./resource.ts";
import { type Translation, translateTable } from "./route-table.ts";
import { isWildcard, wildcardDirectory } from "./wildcards.ts";

/** All of a model at once, for previews and tests; a node translates piece by piece as they change. Sorted by type and name. */
export function translateModel(model: MeshModel, options: TranslateOptions = {}): Translation {
  const tables = model.tables.map(translateTable);
  const resources = [
    ...model.backends.flatMap(translateBackend),
    ...model.certificates.map(translateCertificate),
    ...model.sockets.map((socket) => translateSocket(socket, options)),
    ...tables.flatMap((table) => table.resources),
    ...directories(model.tables),
  ];
  return { resources: resources.sort(compare), findings: sortFindings(tables.flatMap((table) => table.findings)) };
}

function* directories(tables: readonly HostTable[]): Generator<EnvoyResource> {
  const wildcards = Map.groupBy(
    tables.filter((table) => isWildcard(table.host)),
    (table) => table.chain,
  );
  for (const [chain, members] of wildcards) yield* wildcardDirectory(chain, members);
}

function compare(a: EnvoyResource, b: EnvoyResource): number {
  if (a.typeUrl !== b.typeUrl) return a.typeUrl < b.typeUrl ? -1 : 1;
  return a.name < b.name ? -1 : 1;
}

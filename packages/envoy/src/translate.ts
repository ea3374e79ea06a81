import type { MeshModel } from "@fairlead/mesh-model";
import { sortFindings } from "./checks/finding.ts";
import type { TranslateOptions } from "./options.ts";
import type { Translation } from "./route-table.ts";
import { Translator } from "./translator.ts";

/** All of a model at once, for previews and tests; a node translates change by change. Sorted by type and name. */
export function translateModel(model: MeshModel, options: TranslateOptions = {}): Translation {
  const { upserts, findings } = new Translator(options).apply({
    sockets: { upserts: model.sockets, removals: [] },
    tables: { upserts: model.tables, removals: [] },
    backends: { upserts: model.backends, removals: [] },
    certificates: { upserts: model.certificates, removals: [] },
  });
  return { resources: upserts, findings: sortFindings([...findings.values()].flat()) };
}

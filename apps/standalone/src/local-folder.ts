import { watch } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Log, systemClock } from "@fairlead/core";
import { parseAllDocuments } from "yaml";
import { z } from "zod";

export interface LocalFolderOptions {
  /** Folder of YAML files with Services, EndpointSlices, Secrets and the like. */
  readonly directory: string;
  readonly objectServerUrl: string;
  readonly token: string;
  readonly log: Log;
}

/** Field manager of what comes from the folder; the same an administrator's `kubectl apply --server-side` would use. */
const FIELD_MANAGER = "local-folder";

/** How long to wait after a change before reading, so that an editor has finished writing. */
const SETTLE_MS = 100;

/** Puts a folder's objects on the object server, as `kubectl apply` would, and again whenever a file changes. */
export class LocalFolder implements Disposable {
  readonly #options: LocalFolderOptions;
  readonly #abort = new AbortController();

  constructor(options: LocalFolderOptions) {
    this.#options = options;
  }

  /** Applies everything once; throws with file and reason when something is refused. */
  async apply(): Promise<number> {
    const { directory } = this.#options;
    let count = 0;
    for (const file of (await readdir(directory)).filter((name) => /\.ya?ml$/.test(name)).sort()) {
      for (const document of parseAllDocuments(await readFile(join(directory, file), "utf8"))) {
        const [problem] = document.errors;
        if (problem !== undefined) throw new Error(`${file}: ${problem.message}`);
        const object: unknown = document.toJS();
        if (object === null) continue;
        await this.#applyObject(file, object);
        count++;
      }
    }
    return count;
  }

  /** Applies the folder again after each change until disposed. */
  watch(): void {
    let scheduled = false;
    watch(this.#options.directory, { signal: this.#abort.signal }, () => {
      if (scheduled) return;
      scheduled = true;
      void systemClock.sleep(SETTLE_MS).then(() => {
        scheduled = false;
        return this.apply().catch((error: unknown) =>
          this.#options.log.error("local folder not applied", { directory: this.#options.directory, error }),
        );
      });
    });
  }

  [Symbol.dispose](): void {
    this.#abort.abort();
  }

  async #applyObject(file: string, object: unknown): Promise<void> {
    const url = `${this.#options.objectServerUrl}${pathOf(file, object)}?fieldManager=${FIELD_MANAGER}&force=true`;
    const response = await fetch(url, {
      method: "PATCH",
      headers: {
        authorization: `Bearer ${this.#options.token}`,
        "content-type": "application/apply-patch+yaml",
      },
      body: JSON.stringify(object),
    });
    if (!response.ok) throw new Error(`${file}: ${response.status} ${await response.text()}`);
  }
}

/** Plural names of the kinds a folder may hold. */
const PLURALS: Readonly<Record<string, string>> = {
  ConfigMap: "configmaps",
  EndpointSlice: "endpointslices",
  Namespace: "namespaces",
  Node: "nodes",
  ReferenceGrant: "referencegrants",
  Secret: "secrets",
  Service: "services",
};

const CLUSTER_SCOPED = new Set(["Namespace", "Node"]);

const objectHead = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.object({ name: z.string(), namespace: z.string().default("default") }),
});

function pathOf(file: string, object: unknown): string {
  const head = objectHead.safeParse(object);
  if (!head.success) throw new Error(`${file}: ${z.prettifyError(head.error)}`);
  const { apiVersion, kind, metadata } = head.data;
  const plural = PLURALS[kind];
  if (plural === undefined) {
    throw new Error(`${file}: kind ${kind} does not belong in this folder (${Object.keys(PLURALS).join(", ")} do)`);
  }
  const base = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const scope = CLUSTER_SCOPED.has(kind) ? "" : `/namespaces/${metadata.namespace}`;
  return `${base}${scope}/${plural}/${metadata.name}`;
}

import type { IncomingMessage, ServerResponse } from "node:http";
import { ApiFailure, badRequest, notFound } from "./api-failure.ts";
import type { GarbageCollector } from "./garbage-collector.ts";
import { isRecord, textAt } from "./json-value.ts";
import type { ListPages } from "./list-pages.ts";
import type { FieldValidation } from "./object-rules.ts";
import type { ObjectStorage, Stored } from "./object-storage.ts";
import type { ObjectWriter, WriteOutcome, WriteRequest } from "./object-writer.ts";
import { jsonPatch, mergePatch, strategicMergePatch } from "./patches.ts";
import { readBody } from "./request-body.ts";
import type { ObjectPath } from "./request-path.ts";
import { parseSelectors } from "./selectors.ts";
import { type IncludeObject, tableOf, wantsTable } from "./table.ts";
import { serveWatch } from "./watch-stream.ts";

export interface ObjectHandlerOptions {
  readonly storage: ObjectStorage;
  readonly writer: ObjectWriter;
  readonly collector: GarbageCollector;
  readonly pages: ListPages;
  readonly bookmarkMs: number;
  readonly now: () => number;
}

/** A request for objects: its path, query and the two ends of its connection. */
export interface ObjectRequest {
  readonly path: ObjectPath;
  readonly query: URLSearchParams;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** What is answered, unless the answer was a stream. */
export interface Answer {
  readonly code: number;
  readonly json: string;
  readonly warnings?: readonly string[];
}

/** Answers requests for objects, verb by verb. */
export class ObjectHandler {
  readonly #options: ObjectHandlerOptions;

  constructor(options: ObjectHandlerOptions) {
    this.#options = options;
  }

  /** The answer; undefined when it was streamed. Throws an ApiFailure for what is refused. */
  async handle(request: ObjectRequest): Promise<Answer | undefined> {
    const { path, query } = request;
    const method = request.request.method ?? "GET";
    const isCollection = path.name === undefined;
    if (method === "GET") {
      if (!isCollection) return this.#get(request);
      return isTrue(query.get("watch")) ? this.#watch(request) : this.#list(request);
    }
    const body = await readBody(request.request);
    if (method === "POST" && isCollection) return written(this.#options.writer.create(writeRequest(request), body));
    if (method === "PUT" && !isCollection) return written(this.#options.writer.update(writeRequest(request), body));
    if (method === "PATCH" && !isCollection) return written(this.#patch(request, body));
    if (method === "DELETE" && path.subresource === undefined) return this.#delete(request, body);
    throw new ApiFailure(405, "MethodNotAllowed", `${method} is not supported on this path`);
  }

  #get({ path, query, request }: ObjectRequest): Answer {
    const stored = this.#stored(path);
    const table = includeObject(request, query);
    if (table === undefined) return { code: 200, json: stored.json };
    const metadata = { resourceVersion: `${stored.resourceVersion}` };
    return { code: 200, json: this.#table(path, [stored], table, metadata) };
  }

  #list({ path, query, request }: ObjectRequest): Answer {
    const limit = Number(query.get("limit") ?? 0);
    if (!Number.isInteger(limit) || limit < 0) throw badRequest("limit is not a whole number");
    const token = query.get("continue");
    const { pages, storage } = this.#options;
    const page = token
      ? pages.next(token, limit)
      : pages.first(this.#selected(path, query), storage.resourceVersion, limit);
    const metadata = {
      resourceVersion: `${page.resourceVersion}`,
      ...(page.next === undefined ? {} : { continue: page.next, remainingItemCount: page.remaining }),
    };
    const table = includeObject(request, query);
    if (table !== undefined) return { code: 200, json: this.#table(path, page.items, table, metadata) };
    const { kind, apiVersion } = path.kind;
    const items = page.items.map((stored) => stored.json).join(",");
    return {
      code: 200,
      json: `{"kind":"${kind}List","apiVersion":"${apiVersion}","metadata":${JSON.stringify(metadata)},"items":[${items}]}`,
    };
  }

  async #watch({ path, query, request, response }: ObjectRequest): Promise<undefined> {
    const asked = query.get("resourceVersion") ?? "";
    if (!/^\d*$/.test(asked)) throw badRequest(`resourceVersion: Invalid value: ${JSON.stringify(asked)}`);
    const timeoutSeconds = Number(query.get("timeoutSeconds") ?? "");
    const sendInitialEvents = isTrue(query.get("sendInitialEvents"));
    await serveWatch(
      response,
      {
        kind: path.kind,
        namespace: path.namespace,
        predicate: parseSelectors(path.kind, query),
        resourceVersion: asked === "" || asked === "0" || sendInitialEvents ? undefined : Number(asked),
        bookmarks: isTrue(query.get("allowWatchBookmarks")),
        sendInitialEvents,
        timeoutSeconds: timeoutSeconds > 0 ? timeoutSeconds : 1800,
        table: includeObject(request, query),
      },
      this.#options,
    );
    return undefined;
  }

  #patch(object: ObjectRequest, body: unknown): WriteOutcome {
    const { writer } = this.#options;
    const { kind } = object.path;
    const write = writeRequest(object);
    const type = (object.request.headers["content-type"] ?? "").split(";")[0]?.trim();
    switch (type) {
      case "application/apply-patch+yaml":
        if (!object.query.get("fieldManager")) throw badRequest("fieldManager is required for apply patch");
        return writer.apply(write, body);
      case "application/merge-patch+json":
        return writer.patch(write, (live) => mergePatch(live, body));
      case "application/strategic-merge-patch+json":
        return writer.patch(write, (live) => strategicMergePatch(live, body, kind.schema));
      case "application/json-patch+json":
        return writer.patch(write, (live) => jsonPatch(live, body));
      default:
        throw new ApiFailure(
          415,
          "UnsupportedMediaType",
          `${JSON.stringify(type)} is not a kind of patch this server knows`,
        );
    }
  }

  #delete({ path, query }: ObjectRequest, body: unknown): Answer {
    const { collector } = this.#options;
    const asked = isRecord(body) ? body : {};
    const preconditions = isRecord(asked.preconditions) ? asked.preconditions : {};
    const uid = textAt(preconditions, "uid");
    const resourceVersion = textAt(preconditions, "resourceVersion");
    const options = {
      preconditions: { ...(uid === "" ? {} : { uid }), ...(resourceVersion === "" ? {} : { resourceVersion }) },
      orphan: (textAt(asked, "propagationPolicy") || query.get("propagationPolicy")) === "Orphan",
      dryRun: query.get("dryRun") === "All" || (Array.isArray(asked.dryRun) && asked.dryRun.includes("All")),
    };
    if (path.name === undefined) {
      for (const stored of this.#selected(path, query)) collector.delete(stored, options);
      return { code: 200, json: JSON.stringify({ kind: "Status", apiVersion: "v1", metadata: {}, status: "Success" }) };
    }
    const { stored, isGone } = collector.delete(this.#stored(path), options);
    if (!isGone) return { code: 200, json: stored.json };
    const { name, uid: goneUid } = stored.object.metadata;
    const details = { name, group: path.kind.group, kind: path.kind.plural, uid: goneUid };
    return {
      code: 200,
      json: JSON.stringify({ kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", details }),
    };
  }

  #stored({ kind, namespace, name = "" }: ObjectPath): Stored {
    const stored = this.#options.storage.get(kind, `${namespace ?? ""}/${name}`);
    if (stored === undefined) throw notFound(kind, name);
    return stored;
  }

  #selected({ kind, namespace }: ObjectPath, query: URLSearchParams): Stored[] {
    const predicate = parseSelectors(kind, query);
    const found: Stored[] = [];
    for (const stored of this.#options.storage.all(kind)) {
      if (namespace !== undefined && stored.object.metadata.namespace !== namespace) continue;
      if (predicate === undefined || predicate(stored.object)) found.push(stored);
    }
    return found.sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  #table(path: ObjectPath, items: readonly Stored[], include: IncludeObject, metadata: object): string {
    const objects = items.map((stored) => stored.object);
    return JSON.stringify(
      tableOf(path.kind, objects, { nowMs: this.#options.now(), include, metadata, withColumns: true }),
    );
  }
}

function written(outcome: WriteOutcome): Answer {
  return {
    code: outcome.created ? 201 : 200,
    json: outcome.json ?? JSON.stringify(outcome.object),
    warnings: outcome.warnings,
  };
}

function writeRequest({ path, query, request }: ObjectRequest): WriteRequest {
  const agent = (request.headers["user-agent"] ?? "").split("/")[0];
  const validation = query.get("fieldValidation");
  if (path.kind.namespaced && path.namespace === undefined)
    throw badRequest("an object of this kind needs a namespace in its path");
  return {
    ...path,
    manager: query.get("fieldManager") || agent || "unknown",
    dryRun: query.get("dryRun") === "All",
    fieldValidation: isFieldValidation(validation) ? validation : "Warn",
    force: isTrue(query.get("force")),
  };
}

function isFieldValidation(value: string | null): value is FieldValidation {
  return value === "Strict" || value === "Warn" || value === "Ignore";
}

function isTrue(value: string | null): boolean {
  return value === "true" || value === "1";
}

function includeObject(request: IncomingMessage, query: URLSearchParams): IncludeObject | undefined {
  if (!wantsTable(request.headers.accept)) return undefined;
  const asked = query.get("includeObject");
  return asked === "None" || asked === "Object" ? asked : "Metadata";
}
